package provider

import (
	"context"
	"errors"
	"io"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
)

// reportSource implements savedfile.Source: it downloads and checks the run of a saved file.
type reportSource struct {
	provider *configuredProvider
	args     reportArguments
}

// configError is a configuration that allows no requests.
type configError struct{ diags diag.Diagnostics }

func (e *configError) Error() string { return e.diags[0].Summary() }

func (s reportSource) Download(
	ctx context.Context, pending *atomicfile.Pending, scratch string,
) (savedfile.Delivery, error) {
	client, diags := s.provider.reportLibrary()
	if diags.HasError() {
		return savedfile.Delivery{}, &configError{diags}
	}
	request := s.args.request()
	request.Scratch = func() (reportlibrary.Scratch, error) { return atomicfile.NewScratch(scratch) }
	delivery, err := client.Download(ctx, request, pending)
	return deliveryOf(delivery), err
}

// Check implements savedfile.Source. It detects error pages, because other downloaders save them as reports.
func (s reportSource) Check(ctx context.Context, file io.ReaderAt, size int64) (savedfile.Content, error) {
	var (
		got savedfile.Content
		err error
	)
	got.RowCount, got.Columns, err = reportlibrary.CheckContent(ctx, file, size, s.args.format())
	failed, ok := errors.AsType[*reportlibrary.Error](err)
	if ok && failed.Kind == reportlibrary.KindEmpty && s.args.AllowEmpty.ValueBool() {
		err = nil
	}
	if err != nil || s.args.format() != content.ZIP {
		return got, err
	}
	if got.Members, err = reportlibrary.ReadMembers(ctx, file, size); err == nil {
		got.MembersSHA256 = content.MembersSHA256(got.Members)
	}
	return got, err
}

func deliveryOf(d reportlibrary.Delivery) savedfile.Delivery {
	return savedfile.Delivery{
		Format: d.DeliveredFormat, SuggestedFilename: d.SuggestedFilename, ReceivedAt: d.ReceivedAt,
		Members: d.Members, MembersSHA256: d.MembersSHA256, RowCount: d.RowCount, Columns: d.Columns,
	}
}
