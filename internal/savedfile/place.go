package savedfile

import (
	"context"
	"errors"
	"io/fs"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

const defaultFileMode fs.FileMode = 0o600 // if modes are not watched

// placeAttempts limits the retries after another process changed the path.
const placeAttempts = 10

// place moves a complete file to its path, or adopts a file there that has the same content.
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
	a.warnMode(result.ModeIgnored)
	return nil
}

func (a *application) warnMode(ignored bool) {
	ignored = ignored && a.Spec.Mode != 0
	if ignored && !a.ModeIgnored {
		a.warn(Warning{Kind: ModeIgnored})
	}
	a.result.ModeIgnored = ignored
}

func (a *application) setMode(path string, found fs.FileMode) error {
	if a.Spec.Mode == 0 || found == a.Spec.Mode || !watchesModes {
		return nil
	}
	ignored, err := atomicfile.SetMode(path, a.Spec.Mode)
	if err != nil {
		return a.unwritable(err)
	}
	a.warnMode(ignored)
	return nil
}

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
