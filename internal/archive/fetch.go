package archive

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

const (
	// downloads is the maximum number of parallel downloads.
	downloads = 8
	// patience is the number of consecutive failures after which no more downloads are started.
	patience = 3 * downloads
)

// Source provides reports.
type Source interface {
	Download(
		ctx context.Context, req reportlibrary.DownloadRequest, dst reportlibrary.Destination,
	) (reportlibrary.Delivery, error)
	// Definition returns the report's definition and when it was requested.
	Definition(ctx context.Context, report string) (Definition, error)
}

// Failure is a file that could not be archived or restored.
type Failure struct {
	Key Key
	// Name is relative to the folder. EndDate is the end of its run in the API's format.
	Name, EndDate string
	Restore       bool // set for a file that was archived before
	// Err is an error of Source or package atomicfile, a *ContentChangedError, ErrNotTried, or the cause of the context.
	Err error
}

// ErrNotTried is the error of a file that was skipped after too many failures.
var ErrNotTried = errors.New("not tried after the other failures")

// ContentChangedError means that the content for a restore differs from the recorded content.
type ContentChangedError struct {
	Recorded, Delivered string
	Archive             bool // set for the format ZIP, because DigiCert rebuilds archives
}

func (e *ContentChangedError) Error() string {
	return fmt.Sprintf("DigiCert delivered the content %s instead of the recorded %s", e.Delivered, e.Recorded)
}

// task is a file to download, copy or take.
type task struct {
	key     Key
	name    string
	endDate string
	format  reportlibrary.Format
	item    *Item // nil for a restore
	file    File  // the record of a restore
}

// result is the result of a task.
type result struct {
	sha256   string
	size     int64
	delivery reportlibrary.Delivery
	aside    string
	taken    bool // set for a file that an interrupted apply downloaded
	err      error
}

func (t task) fact(got result) Fact {
	run := t.item.Run
	run.Status = "" // always READY
	return Fact{
		Name: t.name, Run: run, Part: t.item.Part, ReportFormat: string(t.format),
		DeliveredFormat: string(got.delivery.DeliveredFormat), ContentSize: got.size,
		RowCount: got.delivery.RowCount, Columns: got.delivery.Columns,
		MembersSHA256: got.delivery.MembersSHA256, DownloadedAt: downloadedAt(got.delivery),
	}
}

func formatOf(name string) reportlibrary.Format {
	for _, format := range reportlibrary.Formats() {
		if strings.HasSuffix(name, "."+format.Extension()) {
			return format
		}
	}
	return reportlibrary.FormatZIP
}

// perform runs the tasks, at most 8 at a time, and returns the results in their order. finish outlives ctx.
func (j *Job) perform(ctx, finish context.Context, tasks []task, draft *draft) []result {
	results := make([]result, len(tasks))
	var (
		mu     sync.Mutex
		failed int // in a row
	)
	_ = inParallel(context.WithoutCancel(ctx), downloads, len(tasks), func(_ context.Context, i int) error {
		mu.Lock()
		giveUp := failed >= patience
		mu.Unlock()
		taken, ok := draft.take(finish, tasks[i])
		switch {
		case ok:
			results[i] = taken
		case ctx.Err() != nil:
			results[i].err = context.Cause(ctx)
		case giveUp:
			results[i].err = ErrNotTried
		default:
			results[i] = j.do(ctx, tasks[i])
		}
		if tasks[i].item != nil && results[i].err == nil && !ok {
			draft.add(finish, tasks[i].fact(results[i]), results[i].sha256)
		}
		mu.Lock()
		defer mu.Unlock()
		if failed++; results[i].err == nil {
			failed = 0
		}
		return nil
	})
	return results
}

// do brings one file into the folder. A file with the recorded content that is there already is used.
func (j *Job) do(ctx context.Context, t task) result {
	f := folder(j.Directory)
	if t.item == nil {
		finding, err := f.inspect(ctx, t.name, t.file.SHA256, Watch{})
		if err != nil || finding.Condition == Unchanged {
			return result{err: err}
		}
		if finding.Found == notAFile {
			return result{err: &atomicfile.TargetError{Path: f.path(t.name), Problem: atomicfile.TargetSpecial}}
		}
	}
	pending, err := atomicfile.NewPending(j.Directory, atomicfile.PendingOptions{DirMode: j.Options.DirMode})
	if err != nil {
		return result{err: err}
	}
	defer func() { _ = pending.Discard() }()
	if t.item == nil && j.From != "" {
		if copied := j.copyFrom(ctx, pending, t); copied {
			return j.place(ctx, pending, t, result{})
		}
		if err := pending.Reset(); err != nil {
			return result{err: err}
		}
	}
	delivery, err := j.Source.Download(ctx, reportlibrary.DownloadRequest{
		ReportIdentifier: j.Record.ReportIdentifier, ReportRunIdentifier: t.key.Run(), Format: t.format,
		SplitReportSequence: t.key.Part(), MaxBytes: j.Options.MaxBytes, AllowEmpty: j.Options.AllowEmpty,
		Scratch: func() (reportlibrary.Scratch, error) { return atomicfile.NewScratch(j.Directory) },
	}, pending)
	if err != nil {
		return result{err: err}
	}
	got := result{sha256: pending.Digests().SHA256Hex(), size: pending.Digests().Size, delivery: delivery}
	if t.item == nil && got.sha256 != t.file.SHA256 {
		got.err = &ContentChangedError{
			Recorded: t.file.SHA256, Delivered: got.sha256, Archive: t.format == reportlibrary.FormatZIP,
		}
		return got
	}
	return j.place(ctx, pending, t, got)
}

// copyFrom copies a recorded file from the archive's previous folder, and reports whether it succeeded.
func (j *Job) copyFrom(ctx context.Context, pending *atomicfile.Pending, t task) bool {
	file, err := atomicfile.Open(folder(j.From).path(t.name))
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	return file.CopyTo(ctx, pending) == nil && pending.Digests().SHA256Hex() == t.file.SHA256
}

// place moves a complete file to its name. If a modified file of the archive has the name, it is renamed first; a file
// with the same content is used instead.
func (j *Job) place(ctx context.Context, pending *atomicfile.Pending, t task, got result) result {
	f := folder(j.Directory)
	options := atomicfile.CommitOptions{Mode: j.Options.FileMode}
	_, got.err = pending.Commit(ctx, f.path(t.name), options)
	if !errors.Is(got.err, atomicfile.TargetOccupied) {
		return got
	}
	digest := pending.Digests().SHA256Hex()
	finding, err := f.inspect(ctx, t.name, digest, Watch{})
	switch {
	case err != nil:
		got.err = err
	case finding.Condition == Unchanged:
		got.err = nil
	case t.item == nil && j.From == "":
		if got.aside, got.err = f.setAside(ctx, t.name, j.Now()); got.err == nil {
			_, got.err = pending.Commit(ctx, f.path(t.name), options)
		}
	case t.item != nil && got.delivery.MembersSHA256 != "":
		got = f.takeArchive(ctx, t.name, got)
	}
	return got
}

// takeArchive uses the ZIP archive of an interrupted apply if it has the delivered members. Its own bytes differ,
// because DigiCert rebuilds the archive for each download.
func (f folder) takeArchive(ctx context.Context, name string, got result) result {
	file, err := atomicfile.Open(f.path(name))
	if err != nil {
		return got
	}
	defer func() { _ = file.Close() }()
	members, err := reportlibrary.ReadMembers(ctx, file, file.Size())
	if err != nil || reportlibrary.MembersSHA256(members) != got.delivery.MembersSHA256 {
		return got
	}
	digests, err := file.Digests(ctx)
	if err != nil {
		return got
	}
	got.sha256, got.size, got.err = digests.SHA256Hex(), digests.Size, nil
	return got
}

func downloadedAt(delivery reportlibrary.Delivery) string {
	return delivery.ReceivedAt.UTC().Format(time.RFC3339)
}
