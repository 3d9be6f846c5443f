"""cri_pull.py SOCKET IMAGE CLIENT_ID: a kubelet's pull, as one JSON line.

The credential is got as the kubelet's provider gets it, by IMDS and the exchange; where one of them
refuses, there is none, and the pull goes on without, as a kubelet's does. Then containerd is asked
over CRI (k8s.io/cri-api runtime/v1: PullImageRequest {ImageSpec image = 1; AuthConfig auth = 2}).
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import grpc

NULL_USER = "00000000-0000-0000-0000-000000000000"
METADATA = "http://169.254.169.254/metadata/identity/oauth2/token?"
PATIENCE = 20  # seconds, for each request


def member(request, name):
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)[name]


def refresh_token(host, client_id):
    audience = "https://containerregistry.azure.net"
    query = {"api-version": "2018-02-01", "resource": audience, "client_id": client_id}
    metadata = METADATA + urllib.parse.urlencode(query)
    identity = member(urllib.request.Request(metadata, headers={"Metadata": "true"}), "access_token")
    form = {"grant_type": "access_token", "service": host, "access_token": identity}
    body = urllib.parse.urlencode(form).encode()
    return member(urllib.request.Request(f"https://{host}/oauth2/exchange", body), "refresh_token")


def field(number, data):
    """A length-delimited field of a protobuf message."""
    data = data.encode() if isinstance(data, str) else data
    size, left = b"", len(data)
    while left > 127:
        size += bytes([left & 127 | 128])
        left >>= 7
    return bytes([number << 3 | 2]) + size + bytes([left]) + data


def pull(socket, message):
    """containerd answers before its CRI service is ready; that answer is no answer."""
    channel = grpc.insecure_channel(f"unix:{socket}")
    method = channel.unary_unary("/runtime.v1.ImageService/PullImage")
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return {"ok": True, "image": method(message, timeout=PATIENCE)[2:].decode()}
        except grpc.RpcError as error:
            if "not initialized" not in error.details() or time.monotonic() > until:
                return {"ok": False, "error": error.code().name, "text": error.details()}
        time.sleep(0.1)


socket, image, client_id = sys.argv[1:]
message = field(1, field(1, image))
refused = None
try:
    secret = refresh_token(image.split("/")[0], client_id)
    message += field(2, field(1, NULL_USER) + field(2, secret))
except urllib.error.HTTPError as error:
    refused = f"{error.code} {urllib.parse.urlsplit(error.url).path}"
print(json.dumps(pull(socket, message) | {"refused": refused}))
