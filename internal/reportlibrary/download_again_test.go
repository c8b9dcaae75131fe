package reportlibrary

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// againServer serves downloads by scripted responses, the last of them repeatedly, and a history with one run.
type againServer struct {
	started  time.Time
	statuses []int
	// ended is the end of the run, relative to the start of the server.
	ended time.Duration
	// at are the seconds after the start at which a download was requested.
	at        []int
	histories int
}

func (s *againServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/history") {
		s.histories++
		_, _ = fmt.Fprintf(w, `{"page":{"total":1},"report_history":[{"report_identifier":%q,"report_run_identifier":%q,`+
			`"status":"READY","report_end_date":%q,"split_report_count":0}]}`, anyRequest.ReportIdentifier,
			anyRequest.ReportRunIdentifier, s.started.Add(s.ended).UTC().Format(time.DateTime))
		return
	}
	s.at = append(s.at, int(time.Since(s.started)/time.Second))
	switch status := s.statuses[min(len(s.at), len(s.statuses))-1]; status {
	case http.StatusOK:
		_, _ = io.WriteString(w, testCSV)
	case http.StatusNotFound:
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"code":"report_not_found"}`)
	default:
		w.WriteHeader(status)
	}
}

func TestDownloadAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		statuses []int
		ended    time.Duration
		timeout  time.Duration // 0 means 30 minutes
		at       []int
		kind     Kind // empty for a download
		reason   string
	}{
		"found at once":        {statuses: []int{200}, at: []int{0}},
		"found a moment later": {statuses: []int{404, 404, 404, 200}, ended: -time.Minute, at: []int{0, 2, 6, 14}},
		"never found": {
			statuses: []int{404}, ended: -time.Minute, at: []int{0, 2, 6, 14, 30, 60, 90, 120}, kind: KindNotServed,
			reason: "but its file cannot be downloaded, also after 8 requests over 2m0s",
		},
		"READY since long ago": {
			statuses: []int{404}, ended: -time.Hour, at: []int{0}, kind: KindNotServed, reason: "its file cannot be downloaded",
		},
		"timeout": {
			statuses: []int{404}, timeout: 10 * time.Second, at: []int{0, 2, 6, 9}, kind: KindNotServed,
			reason: "also after 4 requests over 9s",
		},
		"no time": {
			statuses: []int{404}, timeout: 900 * time.Millisecond, at: []int{0}, kind: KindNotServed, reason: "its file cannot be downloaded",
		},
		"another failure": {statuses: []int{404, 404, 401}, at: []int{0, 2, 6}, kind: KindAuthentication},
		"canceled":        {statuses: []int{404}, timeout: -3 * time.Second, at: []int{0, 2}, kind: KindCanceled},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &againServer{started: time.Now(), statuses: tt.statuses, ended: tt.ended}
				c, _ := bubbleClient(t, s.ServeHTTP)
				timeout := tt.timeout
				if timeout == 0 {
					timeout = 30 * time.Minute
				}
				ctx, cancel := context.WithTimeout(t.Context(), timeout.Abs())
				defer cancel()
				if timeout < 0 { // not the deadline, but a cancellation
					ctx, cancel = context.WithCancel(t.Context())
					time.AfterFunc(timeout.Abs(), cancel)
				}
				file := new(memoryFile)
				_, err := c.Download(ctx, anyRequest, file)
				c.CloseIdleConnections()
				if tt.kind == "" && (err != nil || file.String() != testCSV) {
					t.Fatalf("got %v and %q, want the report", err, file)
				}
				if tt.kind != "" {
					wantKind(t, err, tt.kind)
				}
				if cause, ok := errors.AsType[*Cause](err); ok && !strings.HasSuffix(cause.Reason, tt.reason) {
					t.Errorf("got %q, want %q", cause.Reason, tt.reason)
				}
				if !slices.Equal(s.at, tt.at) {
					t.Errorf("got requests at seconds %d, want %d", s.at, tt.at)
				}
				if want := min(len(tt.at)-1, 1); tt.kind != KindNotServed && s.histories != want || s.histories > 1 {
					t.Errorf("got %d requests for the history, want %d", s.histories, want)
				}
			})
		})
	}
}
