package savedfile

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

// Source is where the content of a run comes from.
type Source interface {
	// Download writes the content of the run to pending. Scratch files belong into the folder scratch.
	Download(ctx context.Context, pending *atomicfile.Pending, scratch string) (Delivery, error)
	// Check returns the content of a file, without its digests, if it looks like a report of the wanted format.
	Check(ctx context.Context, file io.ReaderAt, size int64) (Content, error)
}

// Delivery says how a content travelled.
type Delivery struct {
	// Format is the requested format, or ZIP if the content was wrapped.
	Format content.Format
	// SuggestedFilename is DigiCert's name for the content as a safe base name, empty if there is none.
	SuggestedFilename string
	// ReceivedAt is when the last byte arrived, in UTC.
	ReceivedAt time.Time
	// Members are the files of a requested ZIP, MembersSHA256 is their digest.
	Members       []content.Member
	MembersSHA256 string
	// RowCount and Columns are those of the content.
	RowCount *int64
	Columns  []string
}

// Promise is what the plan says about the content. A digest that is known in the plan must not change in the apply.
type Promise struct {
	// SHA256 is the digest of the content, MembersSHA256 that of an archive's members; empty if unknown.
	SHA256, MembersSHA256 string
	// Members are the archive's members in the planned order, with or without names; nil if unknown.
	Members []content.Member
}

// Content is what is known of a content from its bytes.
type Content struct {
	Digests       atomicfile.Digests
	Members       []content.Member // of an archive
	MembersSHA256 string
	// RowCount is the number of records without the header, Columns are their headings; nil where they are not known.
	RowCount *int64
	Columns  []string
}

// Change creates or updates one saved file.
type Change struct {
	Spec    Spec    // all of it known
	Record  *Record // nil for a new file
	Promise Promise
	Source  Source
	// Registry knows the paths of the other resources, Owner identifies this one among them.
	Registry *atomicfile.Registry
	Owner    string
	// ModeIgnored says that the file system does not keep modes, as an earlier change has reported.
	ModeIgnored bool
}

// Result is what is to be recorded after a change.
type Result struct {
	Path    string
	Present bool
	// Facts says how much of the recorded facts still holds.
	Facts Facts
	// Content is nil if the recorded facts of the content hold.
	Content *Content
	// Delivery is nil if the recorded facts of the delivery hold: nothing was downloaded, or only to restore the file.
	Delivery *Delivery
	// Missing says that the file is missing, and that this is ignored.
	Missing     bool
	ModeIgnored bool
	Warnings    []Warning
}

// Apply decides again with what is on disk now, and brings the disk to it by the cheapest way. After an error nothing
// is to be recorded. It is an [*Error]; the end of ctx is among its causes.
func (c Change) Apply(ctx context.Context) (Result, error) {
	a := &application{Change: c, result: Result{ModeIgnored: c.ModeIgnored}}
	defer func() { a.reservation.Release() }()
	err := a.run(ctx)
	return a.result, err
}

// application is a change while it is applied.
type application struct {
	Change
	result      Result
	decision    Decision
	disk        Disk
	target      string // the path as the system reads it, empty until it is known
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
	case action == Keep || action == Move && !moves: // only the spelling of the path differs
		return a.keep(ctx)
	case action == RecordPath:
		return a.recordPath(ctx, moves)
	case action == Move:
		return a.move(ctx)
	case action == Restore && moves:
		// The recorded content is at the new path if the state of an apply was lost.
		if adopted, err := a.adoptSame(ctx, a.Record.SHA256, a.Record.MembersSHA256); adopted || err != nil {
			return err
		}
	}
	return a.download(ctx)
}

// moves reports whether the path leads to another place than the recorded one.
func (a *application) moves() bool {
	return a.target == "" || !atomicfile.SamePath(a.Record.target(), a.target)
}

// reserve reserves the path for this change. A path that holds anything but a regular file is refused.
func (a *application) reserve(path string) error {
	a.result.Path, a.target = path, SystemPath(path)
	reservation, err := a.Registry.Reserve(a.target, a.Owner)
	if err != nil {
		return &Error{Kind: PathTaken, Path: a.target, Err: err}
	}
	a.reservation = reservation
	if obstacle := Obstacle(a.target); obstacle != "" {
		return &Error{Kind: PathObstructed, Path: a.target, Obstacle: obstacle}
	}
	return nil
}

// keep leaves the content as it is, and sets a watched mode.
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

// recordPath records the path of a missing file. A file that is at a new path already must be the recorded one or may
// be replaced, because a later apply restores it there.
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

// move copies the recorded file to its new path. If it was modified or removed meanwhile, it is downloaded instead.
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

// discard ends a pending file that was not committed; else it does nothing.
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
