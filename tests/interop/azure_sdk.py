"""azure_sdk.py HOST CLIENT_ID REPOSITORY TAG: a manifest by the Azure SDK, as one JSON line."""

import json
import sys

from azure.containerregistry import ContainerRegistryClient
from azure.identity import ManagedIdentityCredential

host, client_id, repository, tag = sys.argv[1:]
client = ContainerRegistryClient(
    f"https://{host}",
    ManagedIdentityCredential(client_id=client_id),
    audience="https://containerregistry.azure.net",
    retry_total=0,
)
try:
    found = {"ok": True, "digest": client.get_manifest(repository, tag).digest}
except Exception as error:  # whatever it is, its class is the answer
    status = getattr(error, "status_code", None)
    found = {"ok": False, "error": type(error).__name__, "status": status, "text": str(error)}
print(json.dumps(found))
