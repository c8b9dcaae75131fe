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

// checkTime limits the check in a plan whether a report exists.
const checkTime = 10 * time.Second

// reportDefinitions caches definitions by report for this process. Terraform plans a creation again in its apply, so
// that the manifest can use the definition of that plan without another request.
type reportDefinitions struct {
	mu    sync.Mutex
	known map[string]archive.Definition
}

// read returns the definition of a report from the cache or the service.
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

// checkReport reports an identifier that belongs to neither a report nor a run. It leaves other failures to the apply,
// so that a creation can be planned without a key and offline.
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
	// The history contains the runs of deleted reports.
	if history, failure := p.archiveHistory(ctx, m); failure != nil || len(history) > 0 {
		return nil
	}
	// An interrupted apply is continued without the report.
	record := archive.Record{ReportIdentifier: m.ReportIdentifier.ValueString()}
	if !m.Directory.IsUnknown() {
		sequence, _, _ := archive.HoldsArchive(m.folder())
		if sequence > 0 || len(archive.Drafted(ctx, m.folder(), record, p.draftKey(m))) > 0 {
			return nil
		}
	}
	return diag.Diagnostics{m.errorContext().diagnostic(err, client)}
}
