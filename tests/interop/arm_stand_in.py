"""arm_stand_in.py ADDRESS CERTIFICATE KEY REGISTRY: the three answers of Azure Resource Manager that
`az acr check-health` wants before it asks the registry: one subscription, one registry in it, and what
that registry is. Nothing here is judged; a wrong answer would only stop az.
"""

import http.server
import json
import ssl
import sys
import urllib.parse

address, certificate, key, registry = sys.argv[1:]
SUBSCRIPTION = "8e5b1c70-3d2a-4f96-a1b7-6c0d9e8f7a21"
TENANT = "a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d"
ROOT = f"/subscriptions/{SUBSCRIPTION}"
ID = f"{ROOT}/resourceGroups/lab/providers/Microsoft.ContainerRegistry/registries/{registry}"
KIND = {"id": ID, "name": registry, "type": "Microsoft.ContainerRegistry/registries", "location": "lab"}
ANSWERS = {
    "/subscriptions": {
        "value": [
            {
                "id": ROOT,
                "subscriptionId": SUBSCRIPTION,
                "tenantId": TENANT,
                "displayName": "lab",
                "state": "Enabled",
            }
        ]
    },
    f"{ROOT}/resources": {"value": [KIND]},
    ID: KIND
    | {
        "sku": {"name": "Standard", "tier": "Standard"},
        "properties": {
            "loginServer": f"{registry}.azurecr.io",
            "provisioningState": "Succeeded",
            "adminUserEnabled": True,
        },
    },
}


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = ANSWERS.get(urllib.parse.urlsplit(self.path).path)
        body = json.dumps(found or {"error": {"code": "NotFound", "message": self.path}}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


host, port = address.split(":")
server = http.server.ThreadingHTTPServer((host, int(port)), Answer)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
print("serving", flush=True)
server.serve_forever()
