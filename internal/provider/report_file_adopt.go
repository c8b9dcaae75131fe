package provider

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// sameContent reports whether the file at target holds what next records: the same bytes or, of an archive whose
// bytes nobody pinned, the same members.
func (c *fileChange) sameContent(ctx context.Context, target string, occupant atomicfile.Status) bool {
	if occupant.SHA256 == c.next.ContentSHA256.ValueString() {
		return true
	}
	// A digest that the plan has promised can't be another one's in the end.
	if c.next.format() != reportlibrary.FormatZIP || !c.plan.ContentSHA256.IsUnknown() {
		return false
	}
	members, err := readMembers(ctx, target)
	digest := reportlibrary.MembersSHA256(members)
	return err == nil && digest != "" && digest == c.next.MembersSHA256.ValueString()
}

// adopt records what the file at target tells about itself. An archive's members keep the order that the plan has
// promised.
func (c *fileChange) adopt(ctx context.Context, target string) {
	c.diags.Append(c.next.setContentOf(ctx, target)...)
	if planned := c.plan.Members; !planned.IsUnknown() && !planned.IsNull() {
		c.next.Members = membersValue(inRecordedOrder(recordedMembers(c.next.Members), recordedMembers(planned)))
	}
}

// setContentOf records the content of a file that is already on disk, if it is a report: what a generic downloader
// has saved may be a login page.
func (m *reportFileModel) setContentOf(ctx context.Context, target string) diag.Diagnostics {
	digests, err := atomicfile.DigestFile(ctx, target)
	var members []reportlibrary.Member
	if err == nil {
		err = readReport(target, func(file io.ReaderAt, size int64) error {
			return m.checkReport(ctx, file, size)
		})
	}
	if err == nil && m.format() == reportlibrary.FormatZIP {
		members, err = readMembers(ctx, target)
	}
	if err != nil {
		return diag.Diagnostics{notAdoptedDiagnostic(m.reportArguments, target, err)}
	}
	m.setContent(m.format(), digests, members, reportlibrary.MembersSHA256(members))
	return nil
}

// notAdoptedDiagnostic says why a file that is already there is not taken over.
func notAdoptedDiagnostic(args reportArguments, target string, err error) diag.Diagnostic {
	return letter{
		summary: "File Not Adopted",
		what:    fmt.Sprintf("The file that is already there can't be taken for the report: %s", err),
		remedy: "Check report_format: a file that DigiCert has wrapped is a ZIP. If the file is not the report, move it " +
			"away and let the provider download it.",
		lines: append(args.context(), "Path: "+target),
	}.diagnostic(noRedaction)
}

// checkReport reports whether a content looks like a report of the format that is recorded.
func (m *reportFileModel) checkReport(ctx context.Context, file io.ReaderAt, size int64) error {
	err := reportlibrary.CheckContent(ctx, file, size, m.format())
	var contentErr *reportlibrary.ContentError
	if errors.As(err, &contentErr) && contentErr.Problem == reportlibrary.ContentEmpty && m.AllowEmpty.ValueBool() {
		return nil
	}
	return err
}

func readMembers(ctx context.Context, target string) (members []reportlibrary.Member, err error) {
	err = readReport(target, func(file io.ReaderAt, size int64) error {
		members, err = reportlibrary.ReadMembers(ctx, file, size)
		return err
	})
	return members, err
}

// readReport opens the file at target for read.
func readReport(target string, read func(file io.ReaderAt, size int64) error) error {
	file, err := atomicfile.Open(target)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return read(file, file.Size())
}
