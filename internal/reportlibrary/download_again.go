package reportlibrary

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
)

// Pauses between the requests for a run that has just become READY, and the time after which they end.
const (
	firstAgainPause   = 2 * time.Second
	longestAgainPause = 30 * time.Second
	longestAgain      = 2 * time.Minute
)

func (req DownloadRequest) failed(e *Error) failedRequest {
	return failedRequest{
		report: req.ReportIdentifier, run: req.ReportRunIdentifier, format: req.Format, sequence: req.SplitReportSequence,
		status: e.Status, code: e.Code, empty: e.Kind == KindEmpty,
	}
}

// mayBeExplained reports whether the history may explain a failed download, because the API does not document the
// responses for unfinished runs and missing parts.
func mayBeExplained(e *Error) bool {
	switch e.Kind {
	case KindNotFound, KindFormat, KindRejected, KindEmpty:
		return true
	case KindUnexpectedStatus:
		return e.Status == http.StatusConflict || e.Status == http.StatusGone || e.Status == http.StatusUnprocessableEntity
	default:
		return false
	}
}

// downloadAgain retries the download of a run that has just become READY. e is the failure of the first request, and
// cause explains it if the retries fail too.
func (c *Client) downloadAgain(
	ctx context.Context, req DownloadRequest, dst Destination, e *Error, cause *Cause,
) (Delivery, error) {
	started, requests := time.Now(), 1
	for pause := firstAgainPause; ; pause = min(2*pause, longestAgainPause) {
		pause = min(pause, longestAgain-time.Since(started))
		if deadline, ok := ctx.Deadline(); ok {
			pause = min(pause, time.Until(deadline)-shortestLastPoll)
		}
		if pause <= 0 {
			break
		}
		c.http.Log().InfoContext(ctx, "requesting a report run again that is READY since a moment ago",
			"report_run_identifier", req.ReportRunIdentifier, "wait", pause, "error", e)
		select {
		case <-ctx.Done():
			return Delivery{}, c.failed(ctx, OpDownload, context.Cause(ctx))
		case <-time.After(pause):
		}
		delivery, err := c.download(ctx, req, dst)
		requests++
		latest, ok := asError(err)
		if !ok || latest.Kind != e.Kind {
			return delivery, err
		}
		e = latest
	}
	if requests > 1 {
		elapsed := httpclient.RoundDuration(time.Since(started))
		cause.Reason += fmt.Sprintf(", also after %d requests over %s", requests, elapsed)
	}
	return Delivery{}, c.explained(e, cause)
}
