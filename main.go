// The provider's executable.
package main

import (
	"flag"
	"log"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/pluginserver"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/provider"
)

// version is set by the release's linker flags.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run the provider with support for debuggers like delve")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *showVersion {
		log.SetFlags(0)
		log.SetOutput(flag.CommandLine.Output())
		log.Print(version)
		return
	}
	const address = "registry.terraform.io/seed-875fe49d/digicert"
	err := pluginserver.Provider(address, provider.NewServer(version), *debug)
	provider.Close()
	if err != nil {
		log.Fatal(err)
	}
}
