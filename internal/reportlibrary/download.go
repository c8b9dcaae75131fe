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

// DownloadRequest names a report run and the limits of its download.
type DownloadRequest struct {
	ReportIdentifier    string
	ReportRunIdentifier string
	Format              Format
	SplitReportSequence *int64 // the part of a split run, from 0; nil for an unsplit run
	// MaxBytes limits the received and, separately, the unpacked bytes; 0 means no limit.
	MaxBytes   int64
	AllowEmpty bool                    // accepts an empty response as an empty report
	Scratch    func() (Scratch, error) // opens a scratch file
}

// Delivery describes a download.
type Delivery struct {
	DeliveredFormat   Format    // the requested format, or FormatZIP for a wrapper
	SuggestedFilename string    // the server's name for the content as a safe base name; empty if missing
	Members           []Member  // the files of a requested ZIP in archive order; nil for other formats
	MembersSHA256     string    // the digest of Members, see [MembersSHA256]; empty for other formats
	RowCount          *int64    // without the header; nil if unknown, as for EXCEL and ZIP
	Columns           []string  // the column headings; nil if unknown
	ReceivedAt        time.Time // the time of the last byte, in UTC
}

// Download downloads a report run and writes its unwrapped content to dst. It resets dst before each retry; after an
// error dst may contain a part of the content. A run that has just become READY, but is not found, is requested again
// for up to two minutes.
//
// The error is an *Error, or an error of dst or the scratch file. If the report history explains it, it wraps a
// *[Cause].
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
	stop := c.logProgress(ctx, req, body)
	defer stop()
	got, err := content.Deliver(ctx, body,
		content.Request{
			Format:     req.Format,
			Hints:      content.Hints{ContentType: resp.Header.Get("Content-Type"), OpenEnd: hasOpenEnd(resp)},
			MaxBytes:   req.MaxBytes,
			AllowEmpty: req.AllowEmpty,
			Part:       req.SplitReportSequence != nil,
			Scratch:    req.Scratch,
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

// hasOpenEnd reports whether only the end of the connection ends the body: an HTTP/1 body without length, chunks and
// compression.
func hasOpenEnd(resp *http.Response) bool {
	return resp.ContentLength < 0 && resp.ProtoMajor == 1 && len(resp.TransferEncoding) == 0 &&
		!httpclient.IsCompressed(resp)
}

func unexpectedStatus(resp *http.Response) *Error {
	return &Error{Kind: KindUnexpectedStatus, Status: resp.StatusCode}
}
