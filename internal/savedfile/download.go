package savedfile

import (
	"context"
	"slices"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

func (a *application) download(ctx context.Context) error {
	folder := SystemPath(a.Spec.Directory.Get())
	if a.target != "" {
		folder = atomicfile.Folder(a.target)
	}
	pending, err := a.newPending(folder)
	if err != nil {
		return err
	}
	defer a.discard(pending)
	delivery, err := a.Source.Download(ctx, pending, folder)
	if err != nil {
		return a.notDownloaded(err)
	}
	got := Content{
		Digests: pending.Digests(), Members: delivery.Members, MembersSHA256: delivery.MembersSHA256,
		RowCount: delivery.RowCount, Columns: delivery.Columns,
	}
	if err := a.verify(got); err != nil {
		return err
	}
	if a.target == "" {
		if err := a.reserve(namedPath(a.Spec, delivery.SuggestedFilename)); err != nil {
			return err
		}
	}
	got.Members = inPlannedOrder(got.Members, a.Planned.Members)
	a.result.Content = &got
	if a.decision.Facts == FactsNew {
		a.result.Delivery = &delivery
	}
	return a.place(ctx, pending, got)
}

func (a *application) notDownloaded(err error) error {
	failed := &Error{Kind: NotDownloaded, Path: a.target, Err: err}
	if a.decision.Action == Restore || a.decision.Action == Move {
		failed.Path, failed.Restores, failed.Want = a.Record.target(), a.disk.State, a.Record.SHA256
	}
	return failed
}

// verify compares content with all digests of configuration and plan. The file at the path is still unchanged.
func (a *application) verify(delivered Content) error {
	got := delivered.Digests.SHA256Hex()
	switch expected := a.Spec.ExpectedSHA256.Get(); {
	case expected != "" && expected != got:
		return &Error{Kind: Unexpected, Path: a.target, Want: expected, Got: got}
	case a.Planned.SHA256 != "" && a.Planned.SHA256 != got:
		kind := ContentChanged
		if delivered.MembersSHA256 != "" && delivered.MembersSHA256 == a.Planned.MembersSHA256 {
			kind = ArchiveDiffers
		}
		return &Error{Kind: kind, Path: a.target, Want: a.Planned.SHA256, Got: got}
	case a.Planned.MembersSHA256 != "" && a.Planned.MembersSHA256 != delivered.MembersSHA256:
		return &Error{Kind: MembersChanged, Path: a.target, Want: a.Planned.MembersSHA256, Got: delivered.MembersSHA256}
	}
	return nil
}

// inPlannedOrder sorts members like the planned members of the same size and digest, because that order was known.
func inPlannedOrder(members, planned []content.Member) []content.Member {
	rest := slices.Clone(members)
	ordered := make([]content.Member, 0, len(members))
	for _, want := range planned {
		i := slices.IndexFunc(rest, func(m content.Member) bool { return m.Size == want.Size && m.SHA256 == want.SHA256 })
		if i < 0 {
			return members
		}
		ordered = append(ordered, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return append(ordered, rest...)
}
