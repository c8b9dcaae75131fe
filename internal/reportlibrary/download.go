package reportlibrary

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/filename"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
)

// DownloadRequest names a report run and says what may come of it.
type DownloadRequest struct {
	ReportIdentifier    string
	ReportRunIdentifier string
	Format              Format
	// SplitReportSequence is the part of a split run, from 0; nil for an unsplit one.
	SplitReportSequence *int64
	// MaxBytes limits what arrives, and what is unpacked from it; 0 means no limit.
	MaxBytes int64
	// AllowEmpty takes an empty response for an empty content instead of an error.
	AllowEmpty bool
	// Spool opens a scratch file for a response that can only be read once it is complete.
	Spool func() (Spool, error)
}

// Delivery says how a content travelled and what it brought along.
type Delivery struct {
	// DeliveredFormat is the requested format, or FormatZIP when the server wrapped it.
	DeliveredFormat Format
	// SuggestedFilename is the server's name for the content as a safe base name; empty if it gave none.
	SuggestedFilename string
	// Members are the files of a requested ZIP in archive order; nil for other formats.
	Members []Member
	// MembersSHA256 is the digest of what a requested ZIP holds, whatever its archive's bytes; else empty.
	MembersSHA256 string
	// RowCount is the number of rows, without a header; nil where it is not known, as for EXCEL and ZIP.
	RowCount *int64
	// Columns are the headings of the columns; nil where they are not known.
	Columns []string
	// ReceivedAt is when the last byte arrived, in UTC.
	ReceivedAt time.Time
}

// Download fetches a report run and writes its content to dst, whatever it was wrapped in. Where a failed attempt is
// repeated dst is reset first. After an error dst may hold a part of the content. A run that is READY since a moment
// ago, but not found, is requested again for up to two minutes.
//
// The error is an *Error, or the one that dst or the scratch file returned. Where the report history may explain it, it
// wraps a *[Cause].
func (c *Client) Download(ctx context.Context, req DownloadRequest, dst Destination) (Delivery, error) {
	delivery, err := c.download(ctx, req, dst)
	e, ok := asError(err)
	if !ok || !mayBeExplained(e) {
		return delivery, err
	}
	cause := c.findCause(ctx, req.failed(e))
	if cause.justReady {
		return c.downloadAgain(ctx, req, dst, e, cause)
	}
	return Delivery{}, c.explained(e, cause)
}

// download requests the run once, see Download.
func (c *Client) download(ctx context.Context, req DownloadRequest, dst Destination) (Delivery, error) {
	query := url.Values{"report_format": {string(req.Format)}}
	if req.SplitReportSequence != nil {
		query.Set("split_report_sequence", strconv.FormatInt(*req.SplitReportSequence, 10))
	}
	var delivery Delivery
	err := c.get(ctx, []string{"report", req.ReportIdentifier, req.ReportRunIdentifier, "download"}, query,
		func(resp *http.Response) error {
			if err := dst.Reset(); err != nil {
				return err
			}
			var err error
			delivery, err = c.receive(ctx, resp, req, dst)
			return err
		})
	if err != nil {
		return Delivery{}, c.failed(ctx, OpDownload, err)
	}
	c.http.Masker().Data(&delivery)
	return delivery, nil
}

// receive takes one successful response.
func (c *Client) receive(
	ctx context.Context, resp *http.Response, req DownloadRequest, dst Destination,
) (Delivery, error) {
	delivery := Delivery{DeliveredFormat: req.Format}
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusNoContent:
		if !req.AllowEmpty {
			return delivery, newError(KindEmpty, "the response has status 204 and no content")
		}
		if req.Format == FormatZIP {
			delivery.MembersSHA256 = MembersSHA256(nil)
		}
		delivery.ReceivedAt = time.Now().UTC()
		return delivery, nil
	default:
		return delivery, unexpectedStatus(resp)
	}
	if req.MaxBytes > 0 && resp.ContentLength > req.MaxBytes {
		return delivery, newError(KindTooLarge,
			"the server announces %d bytes, more than the limit of %d", resp.ContentLength, req.MaxBytes)
	}

	body, err := httpclient.OpenBody(resp, req.MaxBytes)
	if err != nil {
		return delivery, err
	}
	if resp.ContentLength > 0 && !httpclient.IsCompressed(resp) {
		if err := dst.Expect(resp.ContentLength); err != nil {
			return delivery, err
		}
	}
	got, err := content.Deliver(ctx, newProgressReader(ctx, c.http.Log(), body, resp.ContentLength),
		content.Request{
			Format:     req.Format,
			Hints:      content.Hints{ContentType: resp.Header.Get("Content-Type"), OpenEnd: hasOpenEnd(resp)},
			MaxBytes:   req.MaxBytes,
			AllowEmpty: req.AllowEmpty,
			Part:       req.SplitReportSequence != nil,
			Scratch:    req.Spool,
		}, dst)
	if err != nil {
		return delivery, err
	}
	_, arrived := body.Arrived()
	return Delivery{
		DeliveredFormat: got.Format,
		SuggestedFilename: filename.Suggest(
			c.Redact(strings.Join(resp.Header.Values("Content-Disposition"), "; ")),
			filename.Member{Name: c.Redact(got.Name), Guessed: got.NameGuessed}, req.Format.Extension()),
		Members:       got.Members,
		MembersSHA256: got.MembersSHA256,
		RowCount:      got.RowCount,
		Columns:       got.Columns,
		ReceivedAt:    arrived.UTC(),
	}, nil
}

// hasOpenEnd reports whether the end of the connection is all that ends the body: HTTP/1 without a length, chunks, or a
// compression, which has an end of its own.
func hasOpenEnd(resp *http.Response) bool {
	return resp.ContentLength < 0 && resp.ProtoMajor == 1 && len(resp.TransferEncoding) == 0 &&
		!httpclient.IsCompressed(resp)
}

// unexpectedStatus returns the error for a success other than the documented ones.
func unexpectedStatus(resp *http.Response) *Error {
	return &Error{Kind: KindUnexpectedStatus, Status: resp.StatusCode}
}
