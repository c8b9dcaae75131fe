package savedfile

import (
	"context"
	"errors"
	"io/fs"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// defaultFileMode is the mode of files whose mode is not watched.
const defaultFileMode fs.FileMode = 0o600

// placeAttempts limits how often another process can come between a look at the path and what is done about it.
const placeAttempts = 10

// place puts a complete file at its path, or adopts the one with the same content that is there.
func (a *application) place(ctx context.Context, pending *atomicfile.Pending, got Content) error {
	replace := a.Record != nil && !a.moves()
	mode := a.Spec.Mode
	if mode == 0 {
		mode = defaultFileMode
	}
	var (
		result atomicfile.CommitResult
		err    error
	)
	for range placeAttempts {
		if !replace {
			adopted, err := a.adoptSame(ctx, got.Digests.SHA256Hex(), got.MembersSHA256)
			if errors.Is(err, atomicfile.TargetBusy) {
				continue
			}
			if adopted || err != nil {
				return err
			}
		}
		result, err = pending.Commit(ctx, a.target, atomicfile.CommitOptions{
			Mode: mode, Replace: replace || a.Spec.Overwrite, Reservation: a.reservation,
		})
		if !errors.Is(err, atomicfile.TargetOccupied) {
			break
		}
	}
	switch {
	case errors.Is(err, atomicfile.TargetUnsynced):
		a.warn(Warning{Kind: Unsynced, Err: err})
	case err != nil:
		return a.unwritable(err)
	}
	if result.TempLeft != "" {
		a.warn(Warning{Kind: TempLeft, Other: result.TempLeft})
	}
	a.noteMode(result.ModeIgnored)
	return nil
}

// noteMode warns once if the file system does not keep a watched mode, which is then no longer watched.
func (a *application) noteMode(ignored bool) {
	ignored = ignored && a.Spec.Mode != 0
	if ignored && !a.ModeIgnored {
		a.warn(Warning{Kind: ModeIgnored})
	}
	a.result.ModeIgnored = ignored
}

// setMode gives the file at the path the watched mode, if found differs from it.
func (a *application) setMode(path string, found fs.FileMode) error {
	if a.Spec.Mode == 0 || found == a.Spec.Mode || !watchesModes {
		return nil
	}
	ignored, err := atomicfile.SetMode(path, a.Spec.Mode)
	if err != nil {
		return a.unwritable(err)
	}
	a.noteMode(ignored)
	return nil
}

// removeOld removes the recorded file after the file came to another path, if it still has the recorded content.
func (a *application) removeOld(ctx context.Context) error {
	old := a.Record.target()
	if !a.moves() {
		if err := atomicfile.Respell(ctx, old, a.target); err != nil {
			return a.unwritable(err)
		}
		return nil
	}
	if a.Spec.KeepFiles {
		return nil
	}
	outcome, err := a.Registry.Remove(ctx, old, a.Record.SHA256, a.Owner)
	switch {
	case err != nil:
		a.warn(Warning{Kind: OldNotRemoved, Other: old, Err: err})
	case outcome == atomicfile.Shared:
		a.warn(Warning{Kind: OldShared, Other: old})
	case outcome == atomicfile.Changed:
		a.warn(Warning{Kind: OldKept, Other: old})
	}
	return nil
}
