package pluginserver

import (
	"log"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

// Provider serves a provider under its registry address until Terraform ends it. With debug, it prints the value of
// TF_REATTACH_PROVIDERS and serves until it is interrupted. The error says why it could not start.
func Provider(address string, newServer func() tfprotov6.ProviderServer, debug bool) error {
	switchOffSDKLog()
	log.SetOutput(standardLog{redact.Writer(os.Stderr)})
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	return tf6server.Serve(address, func() tfprotov6.ProviderServer { return releasingServer{newServer()} }, options...)
}

// switchOffSDKLog switches the SDK's own log off unless the user asks for a log, because the SDK formats the lines that
// Terraform then discards. That takes a quarter of a plan's processor time.
func switchOffSDKLog() {
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "TF_LOG") {
			return
		}
	}
	_ = os.Setenv("TF_LOG_SDK", "off")
	// terraform-plugin-framework 1.19 searches the parents of a context for its logger, once per value of a resource,
	// unless this level is off: 0.8 of 1.7 s of a plan with 7,000 values, and quadratic in their number.
	_ = os.Setenv("TF_LOG_SDK_FRAMEWORK", "off")
}
