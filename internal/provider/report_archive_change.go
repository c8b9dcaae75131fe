package provider

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

const rfc3339 = time.RFC3339

// archiveChange is a create or update of an archive.
type archiveChange struct {
	provider *configuredProvider
	plan     reportArchiveModel
	state    *reportArchiveModel // nil for a create
	stored   archivePrivateState
	next     reportArchiveModel
	recorded bool   // next must be recorded, even if diags contains an error
	timeout  string // the attribute of timeouts that limits the operation
	// found is the time stamp of the manifest that a create found in the folder, and foundSequence its manifest.
	found         *archive.Stamp
	foundSequence int64
	diags         diag.Diagnostics
}

// create archives every run. It continues the archive of an interrupted apply.
func (c *archiveChange) create(ctx context.Context) {
	c.diags.Append(c.plan.checkFolder(true)...)
	client, diags := c.provider.reportLibrary()
	c.diags.Append(diags...)
	if c.diags.HasError() {
		return
	}
	record := archive.Record{ReportIdentifier: c.plan.ReportIdentifier.ValueString(), Files: archive.Files{}}
	if sequence, _, err := archive.HoldsArchive(c.plan.folder()); err == nil && sequence > 0 {
		record, err = archive.ReadChain(ctx, c.plan.folder(), record.ReportIdentifier)
		if err == nil {
			err = archive.Authenticate(c.plan.folder(), record, c.provider.draftKey(&c.plan))
		}
		if err != nil {
			c.diags.Append(c.plan.readDiagnostic(err))
			return
		}
		c.found, diags = c.provider.savedStamp(ctx, &c.plan, record)
		c.foundSequence = record.Sequence
		if c.diags.Append(diags...); diags.HasError() {
			return
		}
	}
	history, failure := c.provider.archiveHistory(ctx, &c.plan)
	if failure != nil {
		c.diags.Append(failure)
		return
	}
	drafted := archive.Drafted(ctx, c.plan.folder(), record, c.provider.draftKey(&c.plan))
	if len(history)+len(drafted) == 0 && record.Sequence == 0 {
		if _, err := c.provider.definitions.read(ctx, client, record.ReportIdentifier); err != nil {
			c.diags.Append(c.plan.errorContext().diagnostic(err, client))
			return
		}
	}
	inspection, err := archive.Inspect(ctx, c.plan.folder(), record, c.plan.watch())
	if err != nil {
		c.diags.Append(c.plan.readDiagnostic(err))
		return
	}
	discovery := archive.Discover(slices.Concat(history, drafted), record.Files)
	c.stored = archivePrivateState{Discovery: discovery, Inspection: inspection}
	c.diags.Append(c.plan.historyWarnings(c.stored.Discovery, history, c.provider)...)
	c.run(ctx, record, c.stored.work(record.Files, &c.plan))
}

func (c *archiveChange) update(ctx context.Context) {
	record, diags := c.state.record(c.stored)
	c.diags.Append(diags...)
	if c.diags.HasError() {
		return
	}
	c.run(ctx, record, c.stored.workOf(c.state, &c.plan, record.Files))
}

// run does the work and sets the new state.
func (c *archiveChange) run(ctx context.Context, record archive.Record, work archiveWork) {
	// Keep the reservation as long as the provider runs, because a second archive must not use the folder.
	if _, err := c.provider.registry.Reserve(c.plan.folder(), atomicfile.NewOwner()); err != nil {
		c.diags.Append(c.plan.reservedDiagnostic())
		return
	}
	client, missing := c.provider.reportLibrary()
	if missing.HasError() && len(work.items) > 0 {
		c.diags.Append(missing...)
		return
	}
	job := &archive.Job{
		Directory: c.plan.folder(), Record: record, New: work.items, Format: c.plan.format(), Restore: work.restore,
		Stamp: c.plan.Timestamp.ValueBool(), Options: c.plan.options(), Stamper: c.provider.stamper(),
		Source:   &archiveSource{client: client, missing: missing, definitions: &c.provider.definitions},
		Producer: c.provider.producer(), Markers: &archiveMarkers, DraftKey: c.provider.draftKey(&c.plan),
		Now: time.Now,
	}
	if work.moves {
		job.From = c.state.folder()
	}
	outcome, err := job.Run(ctx)
	if err != nil {
		c.diags.Append(c.plan.readDiagnostic(err))
		return
	}
	c.settle(ctx, outcome, work)
}

// settle sets the new state from an outcome.
func (c *archiveChange) settle(ctx context.Context, outcome archive.Outcome, work archiveWork) {
	c.next, c.recorded = c.plan, true
	if c.state == nil {
		c.next.archiveFacts = archiveFacts{}
	} else {
		c.next.archiveFacts = c.state.archiveFacts
	}
	stamp := outcome.Stamp
	if stamp == nil && outcome.Record.Sequence == c.foundSequence {
		stamp = c.found
	}
	c.next.setRecord(outcome.Record, stamp)
	c.diags.Append(c.stored.keepManifest(outcome.Record)...)
	c.stored.Discovery = c.stored.Discovery.Without(outcome.Record.Files)
	c.stored.Inspection = archive.Inspection{Files: c.stored.unrestored(work.restore, outcome.Failures)}
	c.next.Complete = types.BoolValue(len(outcome.Failures) == 0 && len(c.stored.Discovery.Unusable) == 0)
	if work.chmod {
		c.chmod(outcome.Record)
	}
	c.report(outcome)
	if work.moves && !c.plan.KeepFiles.ValueBool() && !c.diags.HasError() {
		kept, err := archive.Remove(ctx, c.state.folder(), outcome.Record)
		c.diags.Append(removalDiagnostics(*c.state, kept, err)...)
	}
}

// report adds the diagnostics of an outcome. A failed file of a first apply is only a warning if others were archived,
// because an error would taint the resource and the next apply would start again.
func (c *archiveChange) report(outcome archive.Outcome) {
	failures := c.failureDiagnostics(outcome)
	creating := c.state == nil
	if creating && outcome.Record.Sequence == 0 && len(outcome.Failures) > 0 {
		c.recorded = false
		creating = false
	}
	if creating {
		failures = warningsOf(failures)
	}
	c.diags.Append(failures...)
	c.diags.Append(c.outcomeWarnings(outcome)...)
}

// chmod sets the watched mode of all files in the folder.
func (c *archiveChange) chmod(record archive.Record) {
	mode := c.plan.watch().Mode
	if mode == 0 {
		return
	}
	for _, key := range record.Files.Keys() {
		name := localPath(c.plan.path(record.Files[key].Name))
		if _, err := atomicfile.SetMode(name, mode); err != nil && !errors.Is(err, os.ErrNotExist) {
			c.diags.AddAttributeError(path.Root("file_permission"), "File Mode Not Set", "Setting the mode of an archived "+
				"report failed: "+err.Error()+".\n\nMake the file and its folder writable, or leave file_permission out.")
			return
		}
	}
}

func (c *archiveChange) timeoutPath() path.Path { return path.Root("timeouts").AtName(c.timeout) }

// store records the result of the change.
func (c *archiveChange) store(ctx context.Context, state *tfsdk.State, private privateWriter) diag.Diagnostics {
	diags := c.diags
	if !c.recorded {
		return diags
	}
	diags.Append(c.stored.write(ctx, private)...)
	diags.Append(state.Set(ctx, &c.next)...)
	return diags
}

// archiveMarkers are the markers of manifests that Terraform has not recorded yet.
var archiveMarkers archive.Markers

// Close removes the markers of recorded manifests. Call it when Terraform ends the process in the normal way.
func Close() { archiveMarkers.Settle() }

// archiveSource implements archive.Source.
type archiveSource struct {
	client      *reportlibrary.Client
	missing     diag.Diagnostics
	definitions *reportDefinitions
}

func (s *archiveSource) Download(
	ctx context.Context, req reportlibrary.DownloadRequest, dst reportlibrary.Destination,
) (reportlibrary.Delivery, error) {
	if s.missing.HasError() {
		return reportlibrary.Delivery{}, errors.New(s.missing[0].Detail())
	}
	return s.client.Download(ctx, req, dst)
}

func (s *archiveSource) Definition(ctx context.Context, report string) (archive.Definition, error) {
	return s.definitions.read(ctx, s.client, report)
}
