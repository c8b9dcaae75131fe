package reportlibrary

import (
	"context"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
)

// logProgress logs in intervals how far the download of body is, until stop is called.
func (c *Client) logProgress(ctx context.Context, req DownloadRequest, body *httpclient.Body) (stop func()) {
	return httpclient.Every(httpclient.LogInterval, func() {
		progress := body.Progress()
		attrs := []any{
			"report_run_identifier", req.ReportRunIdentifier, "bytes", progress.Read, "bytes_per_second", progress.Rate(),
		}
		if req.SplitReportSequence != nil {
			attrs = append(attrs, "split_report_sequence", *req.SplitReportSequence)
		}
		if progress.Total > 0 {
			attrs = append(attrs, "total_bytes", progress.Total, "percent", 100*progress.Read/progress.Total,
				"left", httpclient.RoundDuration(progress.Remaining()))
		}
		if progress.Silent >= httpclient.LogInterval {
			attrs = append(attrs, "silent", httpclient.RoundDuration(progress.Silent))
		}
		c.http.Log().InfoContext(ctx, "downloading a report", attrs...)
	})
}
