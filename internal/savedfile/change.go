package savedfile

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

// Source provides the content of a run.
type Source interface {
	// Download writes the content of the run to pending. It creates scratch files in the folder scratch.
	Download(ctx context.Context, pending *atomicfile.Pending, scratch string) (Delivery, error)
	// Check returns the content of a file, without digests, or an error if it does not look like the requested report.
	Check(ctx context.Context, file io.ReaderAt, size int64) (Content, error)
}

// Delivery describes a download.
type Delivery struct {
	Format            content.Format   // the requested format, or ZIP for a wrapper
	SuggestedFilename string           // DigiCert's name as a safe base name; empty if unknown
	ReceivedAt        time.Time        // of the last byte, in UTC
	Members           []content.Member // the files of a requested ZIP
	MembersSHA256     string           // the digest of Members
	RowCount          *int64
	Columns           []string
}

// Planned is the content in the plan. A digest that was known in the plan must not change in the apply.
type Planned struct {
	// SHA256 is the digest of the content, MembersSHA256 that of an archive's members; empty if unknown.
	SHA256, MembersSHA256 string
	// Members are an archive's members in the planned order, with or without names; nil if unknown.
	Members []content.Member
}

// Content contains the facts that follow from the bytes of a report.
type Content struct {
	Digests       atomicfile.Digests
	Members       []content.Member // of an archive
	MembersSHA256 string
	RowCount      *int64   // without the header; nil if unknown
	Columns       []string // headings; nil if unknown
}

// Change creates or updates one saved file.
type Change struct {
	Spec        Spec    // without unknown values
	Record      *Record // nil for a new file
	Planned     Planned
	Source      Source
	Registry    *atomicfile.Registry // of the paths of all resources
	Owner       string               // identifies this resource
	Label       string               // describes this resource to one that writes the same path
	ModeIgnored bool                 // an earlier change found that the file system does not support modes
}

// Result contains the values to record after a change.
type Result struct {
	Path    string
	Present bool
	Facts   Facts    // the recorded facts that are still valid
	Content *Content // nil if the recorded content is still valid
	// Delivery is nil if the recorded delivery is still valid: the file was restored, or nothing was downloaded.
	Delivery    *Delivery
	Missing     bool // the file is missing and on_missing is "ignore"
	ModeIgnored bool
	Warnings    []Warning
}

// Apply calls [Decide] with the present state of the disk and carries the decision out. The error is an [*Error] that
// wraps the cause of ctx if ctx has ended; the state must then stay as it is.
func (c Change) Apply(ctx context.Context) (Result, error) {
	a := &application{Change: c, result: Result{ModeIgnored: c.ModeIgnored}}
	defer func() { a.reservation.Release() }()
	err := a.run(ctx)
	return a.result, err
}

// application is the state of an Apply.
type application struct {
	Change
	result      Result
	decision    Decision
	disk        Disk
	target      string // the path in this system's notation, empty until it is known
	reservation *atomicfile.Reservation
}

func (a *application) run(ctx context.Context) error {
	if a.Record != nil {
		var err error
		if a.disk, err = Inspect(ctx, *a.Record, a.ModeIgnored); err != nil {
			return err
		}
	}
	a.decision = Decide(a.Spec, a.Record, a.disk.State)
	a.result.Present, a.result.Facts = a.decision.Present.Get(), a.decision.Facts
	if !a.decision.Path.IsUnknown() {
		if err := a.reserve(a.decision.Path.Get()); err != nil {
			return err
		}
	}
	if err := a.change(ctx); err != nil {
		return err
	}
	if a.Record == nil {
		return nil
	}
	return a.removeOld(ctx)
}

func (a *application) change(ctx context.Context) error {
	moves := a.Record != nil && a.moves()
	switch action := a.decision.Action; {
	case action == Keep || action == Move && !moves: // only the spelling of the path changes
		return a.keep(ctx)
	case action == RecordPath:
		return a.recordPath(ctx, moves)
	case action == Move:
		return a.move(ctx)
	case action == Restore && moves:
		// An interrupted apply whose state was lost may have moved the file already.
		if adopted, err := a.adoptSame(ctx, a.Record.SHA256, a.Record.MembersSHA256); adopted || err != nil {
			return err
		}
	}
	return a.download(ctx)
}

func (a *application) moves() bool {
	return a.target == "" || !atomicfile.SamePath(a.Record.target(), a.target)
}

// reserve reserves the path, and rejects a path that is not a regular file.
func (a *application) reserve(path string) error {
	a.result.Path, a.target = path, SystemPath(path)
	reservation, err := a.Registry.ReserveFor(a.target, a.Owner, a.Label)
	if err != nil {
		return &Error{Kind: PathTaken, Path: a.target, Err: err}
	}
	a.reservation = reservation
	if obstacle := Obstacle(a.target); obstacle != "" {
		return &Error{Kind: PathObstructed, Path: a.target, Obstacle: obstacle}
	}
	return nil
}

// keep leaves the content unchanged, and sets a watched mode.
func (a *application) keep(ctx context.Context) error {
	if a.Record.withoutRun() {
		file, err := atomicfile.Open(a.Record.target())
		if err != nil {
			return &Error{Kind: Unreadable, Path: a.Record.target(), Err: err}
		}
		defer func() { _ = file.Close() }()
		return a.adoptContent(ctx, file)
	}
	if err := a.reservation.Adopt(ctx, a.disk.status); err != nil {
		return a.unwritable(err)
	}
	return a.setMode(a.Record.target(), a.disk.status.Mode)
}

// recordPath records the path of a missing file. A file at the new path must be the recorded one or replaceable,
// because a later apply restores the recorded content there.
func (a *application) recordPath(ctx context.Context, moves bool) error {
	found := a.disk.status
	if moves {
		adopted, err := a.adoptSame(ctx, a.Record.SHA256, "")
		if adopted || err != nil {
			return err
		}
		if found, err = atomicfile.Inspect(ctx, a.target); err != nil {
			return a.unwritable(err)
		}
	}
	if err := a.reservation.Adopt(ctx, found); err != nil {
		return a.unwritable(err)
	}
	a.result.Missing = found.Kind == atomicfile.Missing
	return nil
}

// move copies the recorded file to its new path, or downloads it again if it was modified or removed meanwhile.
func (a *application) move(ctx context.Context) error {
	old, err := atomicfile.Open(a.Record.target())
	if errors.Is(err, atomicfile.TargetMissing) {
		a.disk.State = Missing
		return a.download(ctx)
	}
	if err != nil {
		return &Error{Kind: Unreadable, Path: a.Record.target(), Err: err}
	}
	defer func() { _ = old.Close() }()
	pending, err := a.newPending(atomicfile.Folder(a.target))
	if err != nil {
		return err
	}
	defer a.discard(pending)
	if err := old.CopyTo(ctx, pending); err != nil {
		return a.unwritable(err)
	}
	digests := pending.Digests()
	if digests.SHA256Hex() != a.Record.SHA256 {
		a.discard(pending)
		a.disk.State = Modified
		return a.download(ctx)
	}
	got := Content{Digests: digests}
	if a.Record.withoutRun() {
		if got, err = a.contentOf(ctx, pending, digests); err != nil {
			return err
		}
	}
	if err := a.place(ctx, pending, got); err != nil {
		return err
	}
	if a.Record.withoutRun() {
		a.result.Content = &got
	}
	return nil
}

func (a *application) newPending(folder string) (*atomicfile.Pending, error) {
	pending, err := atomicfile.NewPending(folder, atomicfile.PendingOptions{DirMode: a.Spec.DirMode})
	if err != nil {
		return nil, a.unwritable(err)
	}
	return pending, nil
}

func (a *application) discard(pending *atomicfile.Pending) {
	if err := pending.Discard(); err != nil {
		a.warn(Warning{Kind: TempNotRemoved, Err: err})
	}
}

func (a *application) unwritable(err error) error {
	return &Error{Kind: Unwritable, Path: a.target, Err: err}
}

func (a *application) warn(w Warning) {
	w.Path = a.target
	a.result.Warnings = append(a.result.Warnings, w)
}
