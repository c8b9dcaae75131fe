package savedfile

import (
	"context"
	"errors"
	"io"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// adoptSame adopts the file at the path if it has the same bytes or, for an archive whose digest the plan leaves
// unknown, the same members. It returns false if the file is missing or may be replaced, and an error for another file.
func (a *application) adoptSame(ctx context.Context, sha256, membersSHA256 string) (bool, error) {
	file, err := atomicfile.Open(a.target)
	if errors.Is(err, atomicfile.TargetMissing) {
		return false, nil
	}
	if err != nil {
		return false, a.unwritable(err)
	}
	defer func() { _ = file.Close() }()
	found, err := file.SHA256(ctx)
	if err != nil {
		return false, a.unwritable(err)
	}
	switch {
	case found == sha256 && a.Record != nil && a.decision.Facts != FactsRecorded && a.decision.Facts != FactsNew:
		err = a.adoptContent(ctx, file)
	case found == sha256:
		err = a.adopt(ctx, file)
	case a.sameMembers(ctx, file, membersSHA256):
		err = a.adoptContent(ctx, file)
	case a.Spec.Overwrite:
		return false, nil
	default:
		return false, &Error{Kind: PathOccupied, Path: a.target, Want: sha256, Got: found}
	}
	if err != nil {
		return false, err
	}
	a.warn(Warning{Kind: Adopted})
	return true, nil
}

func (a *application) sameMembers(ctx context.Context, file *atomicfile.File, membersSHA256 string) bool {
	if membersSHA256 == "" || a.Planned.SHA256 != "" {
		return false
	}
	found, err := a.Source.Check(ctx, file, file.Size())
	return err == nil && found.MembersSHA256 == membersSHA256
}

func (a *application) adoptContent(ctx context.Context, file *atomicfile.File) error {
	digests, err := file.Digests(ctx)
	if err != nil {
		return a.unwritable(err)
	}
	got, err := a.contentOf(ctx, file, digests)
	if err != nil {
		return err
	}
	if err := a.verify(got); err != nil {
		return err
	}
	a.result.Content = &got
	return a.adopt(ctx, file)
}

// adopt records this resource as the owner of an open file, and sets a watched mode.
func (a *application) adopt(ctx context.Context, file *atomicfile.File) error {
	if err := a.reservation.AdoptFile(ctx, file); err != nil {
		return a.unwritable(err)
	}
	return a.setMode(a.target, file.Mode())
}

func (a *application) contentOf(ctx context.Context, file io.ReaderAt, digests atomicfile.Digests) (Content, error) {
	got, err := contentOf(ctx, a.Source, file, digests)
	if err != nil {
		return got, &Error{Kind: NotAdopted, Path: a.target, Err: err}
	}
	got.Members = inPlannedOrder(got.Members, a.Planned.Members)
	return got, nil
}

func contentOf(ctx context.Context, source Source, file io.ReaderAt, digests atomicfile.Digests) (Content, error) {
	got, err := source.Check(ctx, file, digests.Size)
	got.Digests = digests
	return got, err
}

// ReadContent returns the content of the file at path for an import. The error is an [*Error] of kind PathObstructed,
// FileMissing, Unreadable or NotAdopted.
func ReadContent(ctx context.Context, source Source, path string) (Content, error) {
	path = SystemPath(path)
	if obstacle := Obstacle(path); obstacle != "" {
		return Content{}, &Error{Kind: PathObstructed, Path: path, Obstacle: obstacle}
	}
	file, err := atomicfile.Open(path)
	switch {
	case errors.Is(err, atomicfile.TargetMissing):
		return Content{}, &Error{Kind: FileMissing, Path: path, Err: err}
	case err != nil:
		return Content{}, &Error{Kind: Unreadable, Path: path, Err: err}
	}
	defer func() { _ = file.Close() }()
	digests, err := file.Digests(ctx)
	if err != nil {
		return Content{}, &Error{Kind: Unreadable, Path: path, Err: err}
	}
	got, err := contentOf(ctx, source, file, digests)
	if err != nil {
		return got, &Error{Kind: NotAdopted, Path: path, Err: err}
	}
	return got, nil
}
