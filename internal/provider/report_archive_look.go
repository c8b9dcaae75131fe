package provider

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// archiveLook is a refresh of an archive. It compares folder and history with the state, and changes neither.
type archiveLook struct {
	provider *configuredProvider
	before   reportArchiveModel
	state    reportArchiveModel
	stored   archivePrivateState
	diags    diag.Diagnostics
}

func (l *archiveLook) look(ctx context.Context) {
	record, diags := l.state.record(l.stored)
	l.diags.Append(diags...)
	if l.diags.HasError() {
		return
	}
	resumed, fork := l.resume(ctx, record)
	inspection, err := archive.Inspect(ctx, l.state.folder(), resumed, l.state.watch())
	if err != nil {
		l.diags.AddError("File Not Readable", "Comparing the archive with its record failed: "+err.Error()+
			".\n\nMake the folder and its files readable.")
		return
	}
	inspection.Pending = inspection.Pending && !archiveMarkers.Own(l.state.folder(), resumed.Sequence)
	if fork != nil {
		inspection.Ahead = fork
	}
	l.stored.Inspection = inspection
	l.diags.Append(l.state.inspectionWarnings(inspection)...)
	l.discover(ctx, resumed)
	work := l.stored.work(resumed.Files, &l.state)
	l.state.Complete = types.BoolValue(work.upToDate() && len(l.stored.Discovery.Unusable) == 0)
}

// resume continues with the manifest of an interrupted apply.
func (l *archiveLook) resume(ctx context.Context, record archive.Record) (archive.Record, *archive.ChainError) {
	resumed, err := archive.Resume(l.state.folder(), record, l.provider.draftKey(&l.state))
	if fork, ok := errors.AsType[*archive.ChainError](err); ok {
		return record, fork
	}
	if resumed.Sequence == record.Sequence {
		return record, nil // Inspect reports a manifest that can't be read
	}
	stamp, diags := l.provider.savedStamp(ctx, &l.state, resumed)
	if diags.HasError() {
		resumed.Newest.Token = nil // the next apply requests another one
		diags = warningsOf(diags)
	}
	l.diags.Append(diags...)
	l.state.setRecord(resumed, stamp)
	l.diags.Append(l.stored.keepManifest(resumed)...)
	l.diags.Append(l.state.resumedWarning(resumed))
	return resumed, nil
}

// discover reads the history. If that fails, the previous discovery stays.
func (l *archiveLook) discover(ctx context.Context, record archive.Record) {
	history, failure := l.provider.archiveHistory(ctx, &l.state)
	if failure != nil {
		l.diags.Append(historyWarning(failure))
		l.stored.Discovery = l.stored.Discovery.Without(record.Files)
		return
	}
	runs := slices.Concat(history, archive.Drafted(ctx, l.state.folder(), record, l.provider.draftKey(&l.state)))
	l.stored.Discovery = archive.Discover(runs, record.Files)
	l.diags.Append(l.state.historyWarnings(l.stored.Discovery, history, l.provider)...)
}

// archiveHistory returns the runs of the archive's report.
func (p *configuredProvider) archiveHistory(
	ctx context.Context, m *reportArchiveModel,
) ([]archive.Run, diag.Diagnostic) {
	client, diags := p.reportLibrary()
	if diags.HasError() {
		return nil, diags[0]
	}
	records, err := client.History(ctx, reportlibrary.HistoryRequest{ReportIdentifier: m.ReportIdentifier.ValueString()})
	if err != nil {
		return nil, m.errorContext().diagnostic(err, client)
	}
	runs := make([]archive.Run, len(records))
	for i, record := range records {
		runs[i] = newArchiveRun(record)
	}
	return runs, nil
}

func (p *configuredProvider) draftKey(m *reportArchiveModel) archive.DraftKey {
	var origin string
	if base, err := url.Parse(p.baseURL); err == nil {
		origin = base.Scheme + "://" + base.Host
	}
	return archive.NewDraftKey(p.apiKey, origin, m.ReportIdentifier.ValueString())
}

func (m *reportArchiveModel) errorContext() errorContext {
	return errorContext{
		timeout: path.Root("timeouts"), subject: path.Root("report_identifier"),
		lines: []string{"Report: " + m.ReportIdentifier.ValueString()},
	}
}

// store writes only changes, because writing the state takes longer than a small refresh.
func (l *archiveLook) store(ctx context.Context, state *tfsdk.State, private privateWriter) diag.Diagnostics {
	diags := l.diags
	if diags.HasError() {
		return diags
	}
	diags.Append(l.stored.write(ctx, private)...)
	switch {
	case !l.state.Sequence.Equal(l.before.Sequence):
		diags.Append(state.Set(ctx, &l.state)...)
	case !l.state.Complete.Equal(l.before.Complete):
		diags.Append(state.SetAttribute(ctx, path.Root("complete"), l.state.Complete)...)
	}
	return diags
}
