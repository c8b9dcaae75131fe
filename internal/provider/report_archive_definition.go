package provider

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// checkTime is how long a plan may take to find out whether a report exists.
const checkTime = 10 * time.Second

// reportDefinitions has the definitions that this process has read, by report. Terraform plans a creation again in its
// apply, in the same process, so the manifest takes the definition of that plan, and the apply makes no request more.
type reportDefinitions struct {
	mu    sync.Mutex
	known map[string]archive.Definition
}

// read returns the definition of a report, from the service the first time.
func (d *reportDefinitions) read(
	ctx context.Context, client *reportlibrary.Client, report string,
) (archive.Definition, error) {
	key := strings.ToLower(report)
	d.mu.Lock()
	definition, ok := d.known[key]
	d.mu.Unlock()
	if ok {
		return definition, nil
	}
	definition.RequestedAt = time.Now().UTC().Format(time.RFC3339)
	var err error
	if definition.Response, err = client.Definition(ctx, report); err != nil {
		return archive.Definition{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil {
		d.known = map[string]archive.Definition{}
	}
	d.known[key] = definition
	return definition, nil
}

// checkReport reports an identifier that neither a report nor a run has. Every other failure is left to the apply, so
// that a creation can be planned without a key and without the service.
func (p *configuredProvider) checkReport(ctx context.Context, m *reportArchiveModel) diag.Diagnostics {
	if p == nil || m.ReportIdentifier.IsUnknown() {
		return nil
	}
	client, missing := p.reportLibrary()
	if missing.HasError() {
		return nil
	}
	ctx, cancel := context.WithTimeout(p.loggingContext(ctx), checkTime)
	defer cancel()
	_, err := p.definitions.read(ctx, client, m.ReportIdentifier.ValueString())
	if failed, ok := errors.AsType[*reportlibrary.Error](err); !ok || failed.Kind != reportlibrary.KindNotFound {
		return nil
	}
	// The history keeps the runs of a report that was deleted.
	if history, failure := p.archiveHistory(ctx, m); failure != nil || len(history) > 0 {
		return nil
	}
	return diag.Diagnostics{m.lookup().diagnostic(err, client)}
}
