// go_identity CLIENT_ID: an identity's token by azidentity, the library of the kubelet's plugin, as one
// JSON line.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func main() {
	options := &azidentity.ManagedIdentityCredentialOptions{ID: azidentity.ClientID(os.Args[1])}
	// Asked once, as the probe asks.
	options.Retry.MaxRetries = -1
	said := map[string]any{"ok": true}
	if err := token(options); err != nil {
		said = map[string]any{"ok": false, "error": "azidentity", "text": err.Error()}
	}
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
		os.Exit(1)
	}
}

func token(options *azidentity.ManagedIdentityCredentialOptions) error {
	credential, err := azidentity.NewManagedIdentityCredential(options)
	if err != nil {
		return err
	}
	scopes := []string{"https://containerregistry.azure.net/.default"}
	_, err = credential.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: scopes})
	return err
}
