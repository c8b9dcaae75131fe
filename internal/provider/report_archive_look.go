package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// archiveLook is one refresh of an archive: it compares the folder and the history with the state, and changes
// neither.
type archiveLook struct {
	provider *configuredProvider
	before   reportArchiveModel
	state    reportArchiveModel
	notes    archiveNotes
	diags    diag.Diagnostics
}

func (l *archiveLook) look(ctx context.Context) {
	record, diags := l.state.record(l.notes)
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
	l.notes.Inspection = inspection
	l.diags.Append(l.state.inspectionWarnings(inspection)...)
	l.discover(ctx, resumed)
	work := l.notes.work(resumed.Files, &l.state)
	l.state.Complete = types.BoolValue(work.upToDate() && len(l.notes.Discovery.Unusable) == 0)
}

// resume takes over the manifest of an interrupted apply.
func (l *archiveLook) resume(ctx context.Context, record archive.Record) (archive.Record, *archive.ChainError) {
	resumed, err := archive.Resume(l.state.folder(), record)
	if fork, ok := errors.AsType[*archive.ChainError](err); ok {
		return record, fork
	}
	if resumed.Sequence == record.Sequence {
		return record, nil // also where the manifest cannot be read, which Inspect reports
	}
	stamp, diags := l.provider.savedStamp(ctx, &l.state, resumed)
	if diags.HasError() {
		resumed.Newest.Token = nil // the next apply asks for another one, and names this one
		diags = warningsOf(diags)
	}
	l.diags.Append(diags...)
	l.state.setRecord(resumed, stamp)
	l.diags.Append(l.notes.keepManifest(resumed)...)
	l.diags.Append(l.state.resumedWarning(resumed))
	return resumed, nil
}

// discover reads the history. Without it everything known stays.
func (l *archiveLook) discover(ctx context.Context, record archive.Record) {
	history, failure := l.provider.archiveHistory(ctx, &l.state)
	if failure != nil {
		l.diags.Append(historyWarning(failure))
		l.notes.Discovery = l.notes.Discovery.Without(record.Files)
		return
	}
	l.notes.Discovery = archive.Discover(history, record.Files)
	l.diags.Append(l.state.historyWarnings(l.notes.Discovery, history, l.provider)...)
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
		return nil, m.lookup().diagnostic(err, client)
	}
	runs := make([]archive.Run, len(records))
	for i, record := range records {
		runs[i] = newArchiveRun(record)
	}
	return runs, nil
}

func (m *reportArchiveModel) lookup() lookup {
	return lookup{
		timeout: path.Root("timeouts"), subject: path.Root("report_identifier"),
		lines: []string{"Report: " + m.ReportIdentifier.ValueString()},
	}
}

// store writes what has changed: a state that is written anew costs more than a small refresh.
func (l *archiveLook) store(ctx context.Context, state *tfsdk.State, private noteWriter) diag.Diagnostics {
	diags := l.diags
	if diags.HasError() {
		return diags
	}
	diags.Append(l.notes.write(ctx, private)...)
	switch {
	case !l.state.Sequence.Equal(l.before.Sequence):
		diags.Append(state.Set(ctx, &l.state)...)
	case !l.state.Complete.Equal(l.before.Complete):
		diags.Append(state.SetAttribute(ctx, path.Root("complete"), l.state.Complete)...)
	}
	return diags
}
