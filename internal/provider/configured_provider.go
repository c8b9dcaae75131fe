package provider

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// configuredProvider is the result of Configure.
type configuredProvider struct {
	client *reportlibrary.Client
	apiKey string
	// version, terraformVersion and baseURL are recorded in manifests.
	version, terraformVersion, baseURL string
	// configErrors explain why no request can be made: an unknown value or a missing key.
	configErrors diag.Diagnostics
	// registry records the paths that this Terraform command has written.
	registry *atomicfile.Registry
	// timestampAuthority issues time stamps; timestampClient returns its client.
	timestampAuthority timestampAuthority
	definitions        reportDefinitions
}

// reportLibrary returns the client, or the errors in the configuration.
func (p *configuredProvider) reportLibrary() (*reportlibrary.Client, diag.Diagnostics) {
	if p.configErrors.HasError() {
		return nil, p.configErrors
	}
	return p.client, nil
}

// configuredFrom returns the result of Configure, or nil before it, as in validation.
func configuredFrom(providerData any) (*configuredProvider, diag.Diagnostics) {
	var diags diag.Diagnostics
	if providerData == nil {
		return nil, diags
	}
	configured, ok := providerData.(*configuredProvider)
	if !ok {
		diags.AddError("Unexpected Provider Data", fmt.Sprintf(
			"Expected %T, got %T. This is a bug in the provider; please report it.", configured, providerData))
	}
	return configured, diags
}

func unknownValueDiagnostics(attributes []string, consequence string) diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic("Unknown Provider Value", fmt.Sprintf(
		"The provider's %s depends on a value that is not known before apply, so %s yet. "+
			"Apply the value's source first (terraform apply -target=…), or set it to a value that is known at plan.",
		strings.Join(attributes, ", "), consequence))}
}

func missingKeyDiagnostics() diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic("Missing API Key", "This operation talks to DigiCert and needs "+
		"an API key: "+
		"set the provider's api_key, or the environment variable "+envAPIKey+".")}
}

// terraformRun identifies the Terraform command that started this process; empty under a debugger or a test. A command
// starts a process per provider configuration, and these processes share a path registry.
func terraformRun() string {
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") == "" {
		return ""
	}
	return atomicfile.ParentRun()
}

// logSubsystem is the log name of requests. TF_LOG_PROVIDER_DIGICERT_HTTP sets its level.
const logSubsystem = "http"

// loggingContext adds the log subsystem and masks all secrets. Every operation must call it, because a mask is part of
// one call's context.
func (p *configuredProvider) loggingContext(ctx context.Context) context.Context {
	ctx = tflog.NewSubsystem(ctx, logSubsystem, tflog.WithLevelFromEnv("TF_LOG_PROVIDER_DIGICERT", logSubsystem))
	for _, secret := range append(reportlibrary.ProxyPasswords(), p.apiKey, p.timestampAuthority.Password) {
		if secret == "" {
			continue
		}
		ctx = tflog.MaskMessageStrings(tflog.MaskAllFieldValuesStrings(ctx, secret), secret)
		ctx = tflog.SubsystemMaskMessageStrings(ctx, logSubsystem, secret)
		ctx = tflog.SubsystemMaskAllFieldValuesStrings(ctx, logSubsystem, secret)
	}
	return atomicfile.WithLockWait(ctx, func(folder string, waited time.Duration) {
		tflog.Info(ctx, "waiting for another process that writes in the folder", map[string]any{
			"folder": folder, "waited": waited.Round(time.Second).String(),
		})
	})
}

// logHandler passes the client's records to Terraform's log.
type logHandler struct {
	attrs []slog.Attr
}

// Enabled returns true, because Terraform's log filters by level.
func (h *logHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h *logHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := make(map[string]any, record.NumAttrs()+len(h.attrs))
	for _, attr := range h.attrs {
		fields[attr.Key] = fieldOf(attr)
	}
	record.Attrs(func(attr slog.Attr) bool {
		fields[attr.Key] = fieldOf(attr)
		return true
	})
	write := tflog.SubsystemDebug
	switch {
	case record.Level >= slog.LevelWarn:
		write = tflog.SubsystemWarn
	case record.Level >= slog.LevelInfo:
		write = tflog.SubsystemInfo
	}
	write(ctx, logSubsystem, record.Message, fields)
	return nil
}

// exponential is the number from which on Terraform's log writes numbers in exponential form.
const exponential = 1_000_000

// fieldOf writes durations and large numbers as text, and keeps other values.
func fieldOf(attr slog.Attr) any {
	kind := attr.Value.Kind()
	if kind == slog.KindDuration || kind == slog.KindInt64 && attr.Value.Int64() >= exponential {
		return attr.Value.String()
	}
	return attr.Value.Any()
}

func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &logHandler{attrs: append(h.attrs[:len(h.attrs):len(h.attrs)], attrs...)}
}

// WithGroup ignores groups, because the client has none.
func (h *logHandler) WithGroup(string) slog.Handler { return h }
