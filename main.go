// The provider's executable.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/provider"
)

// version is set by the release's linker flags.
var version = "dev"

func main() {
	quietUnlessAsked()
	debug := flag.Bool("debug", false, "run the provider with support for debuggers like delve")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *showVersion {
		log.SetFlags(0)
		log.SetOutput(flag.CommandLine.Output())
		log.Print(version)
		return
	}

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/seed-875fe49d/digicert",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}

// quietUnlessAsked switches the SDK's own log off where nobody reads one: Terraform drops it then, but only after
// every line was made, which takes a quarter of a plan's processor time.
func quietUnlessAsked() {
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "TF_LOG") {
			return
		}
	}
	_ = os.Setenv("TF_LOG_SDK", "off")
}
