// Command schema prints the document of `terraform providers schema -json` for this provider, for tfplugindocs.
//
// It calls the provider server in process, because the CLI's document depends on the CLI's version.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/provider"
)

// providerName is the key under which tfplugindocs looks for the schema.
const providerName = "digicert"

func main() {
	out := flag.String("out", "", "the file to write; the standard output if empty")
	flag.Parse()
	if err := run(context.Background(), *out); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string) error {
	server, err := providerserver.NewProtocol6WithError(provider.New("dev")())()
	if err != nil {
		return err
	}
	schema, err := dump(ctx, server)
	if err != nil {
		return err
	}
	if out == "" {
		_, err = os.Stdout.Write(schema)
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	return os.WriteFile(out, schema, 0o644)
}

// dump returns the schema of server as an indented JSON document.
func dump(ctx context.Context, server tfprotov6.ProviderServer) ([]byte, error) {
	described, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	if err := firstError(append(described.Diagnostics, identities.Diagnostics...)); err != nil {
		return nil, err
	}
	// Fail, because a page would silently be missing.
	if len(described.Functions)+len(described.ActionSchemas)+len(described.ListResourceSchemas) > 0 {
		return nil, errors.New("the provider has functions, actions or list resources, which this program leaves out")
	}
	document, err := providerSchemas(described, identities)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(document, "", "  ")
	return append(text, '\n'), err
}

func firstError(diagnostics []*tfprotov6.Diagnostic) error {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	return nil
}
