#!/bin/sh
# The token exchange of one identity and one pull, step by step with curl, as the documentation of
# AcrPull by REST shows it. Variables: HOST, DOOR (IP:PORT), IMDS, CA, REPOSITORY, TAG.
set -eu
get() { curl -sS --cacert "$CA" --connect-to "$HOST:443:$DOOR" "$@"; }
member() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"; }

get -o /dev/null "https://$HOST/v2/"
entra=$(curl -sS -H 'Metadata: true' \
  "$IMDS/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fcontainerregistry.azure.net" | member access_token)
refresh=$(get -d grant_type=access_token -d "service=$HOST" --data-urlencode "access_token=$entra" \
  "https://$HOST/oauth2/exchange" | member refresh_token)
access=$(get -d grant_type=refresh_token -d "service=$HOST" --data-urlencode "refresh_token=$refresh" \
  --data-urlencode "scope=repository:$REPOSITORY:pull" "https://$HOST/oauth2/token" | member access_token)
get -f -o /dev/null -I -H "Authorization: Bearer $access" \
  -H 'Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json' \
  "https://$HOST/v2/$REPOSITORY/manifests/$TAG"
