package reportlibrarytest_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	rlt "github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func day(date string) func() time.Time {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return at.Add(15 * time.Hour) }
}

func TestDownloadRefusals(t *testing.T) {
	tests := map[string]struct {
		options func(*rlt.Options)
		run     rlt.Run
		request func(srv *rlt.Server, run rlt.Run) string
		header  []string
		want    rlt.Response
	}{
		"no key":      {header: []string{"X-DC-DEVKEY", ""}, want: rlt.UserAuthenticationError},
		"another key": {header: []string{"X-DC-DEVKEY", "x"}, want: rlt.UserAuthenticationError},
		"no format": {
			request: func(srv *rlt.Server, run rlt.Run) string { return downloadURL(srv, run, "") },
			want:    rlt.MissingMandatoryFields,
		},
		"another format": {run: rlt.Run{Format: "JSON"}, want: rlt.ReportFormatInapplicable},
		"lower case": {
			request: func(srv *rlt.Server, run rlt.Run) string { return downloadURL(srv, run, "csv") },
			want:    rlt.ReportFormatInapplicable,
		},
		"unknown report": {
			request: func(srv *rlt.Server, run rlt.Run) string {
				run.ReportIdentifier = "00"
				return downloadURL(srv, run, "CSV")
			},
			want: rlt.ReportsNotFound,
		},
		"unknown run": {
			request: func(srv *rlt.Server, run rlt.Run) string {
				run.RunIdentifier = "00"
				return downloadURL(srv, run, "CSV")
			},
			want: rlt.ReportNotFound,
		},
		"generating": {run: rlt.Run{Status: "GENERATING"}, want: rlt.ReportNotFound},
		"failed":     {run: rlt.Run{Status: "FAILED"}, want: rlt.ReportNotFound},
		"split without sequence": {
			run: rlt.Run{SplitCount: 2}, want: rlt.MissingMandatoryField("split_report_sequence"),
		},
		"sequence out of range": {
			run: rlt.Run{SplitCount: 2},
			request: func(srv *rlt.Server, run rlt.Run) string {
				return downloadURL(srv, run, "CSV") + "&split_report_sequence=2"
			},
			want: rlt.ReportNotFound,
		},
		"sequence of an unsplit run": {
			request: func(srv *rlt.Server, run rlt.Run) string {
				return downloadURL(srv, run, "CSV") + "&split_report_sequence=0"
			},
			want: rlt.ReportNotFound,
		},
		"sequence that is no number": {
			run: rlt.Run{SplitCount: 2},
			request: func(srv *rlt.Server, run rlt.Run) string {
				return downloadURL(srv, run, "CSV") + "&split_report_sequence=-1"
			},
			want: rlt.InvalidRequest("split_report_sequence"),
		},
		"unknown path": {
			request: func(srv *rlt.Server, run rlt.Run) string { return srv.URL() + "/reports" },
			want:    rlt.APIError(404, "not_found", "The requested resource does not exist."),
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			srv := newServer(t)
			if tt.options != nil {
				srv.Configure(tt.options)
			}
			run := srv.AddRun(tt.run)
			u := downloadURL(srv, run, "CSV")
			if tt.request != nil {
				u = tt.request(srv, run)
			}
			a := get(t, newClient(t), u, tt.header...)
			wantRefusal(t, a, tt.want)
			equal(t, "logged status", srv.Requests()[0].Status, tt.want.StatusCode())
			equal(t, "list shape", strings.HasPrefix(a.text(), `{"errors":[`), name == "unknown run, switched, in a list")
		})
	}
}

func TestDownloadFormats(t *testing.T) {
	table := rlt.Orders(3, 7)
	for format, mediaType := range map[string]string{
		"CSV": "text/csv", "JSON": "application/json",
		"EXCEL": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	} {
		t.Run(format, func(t *testing.T) {
			srv := newServer(t, func(o *rlt.Options) { o.Now = day("2026-11-24") })
			run := srv.AddRun(rlt.Run{DisplayName: "Q4", Format: format, Content: rlt.Bytes(table.Encode(format))})
			extension := map[string]string{"CSV": "csv", "JSON": "json", "EXCEL": "xlsx"}[format]

			a := get(t, newClient(t), downloadURL(srv, run, format))
			equal(t, "status", a.StatusCode, 200)
			equal(t, "body", a.text(), string(table.Encode(format)))
			equal(t, "Content-Type", a.Header.Get("Content-Type"), mediaType)
			equal(t, "Content-Length", a.ContentLength, int64(len(a.body)))
			equal(t, "Content-Disposition", a.Header.Get("Content-Disposition"),
				"attachment; filename=Q4-2026-11-24."+extension)
			for _, name := range []string{"ETag", "Accept-Ranges", "Content-Encoding"} {
				equal(t, name, a.Header.Get(name), "")
			}

			a = get(t, newClient(t), downloadURL(srv, run, "ZIP"))
			equal(t, "Content-Type", a.Header.Get("Content-Type"), "application/zip")
			equal(t, "Content-Disposition", a.Header.Get("Content-Disposition"),
				"attachment; filename=Q4-2026-11-24.zip")
			files, contents := members(t, a.body)
			equal(t, "members", len(files), 1)
			equal(t, "member", files[0].Name, "Q4-2026-11-24."+extension)
			equal(t, "member's content", contents[0], string(table.Encode(format)))
		})
	}
}

func TestWrapping(t *testing.T) {
	const threshold = 2_000_000
	tests := map[string]struct {
		size     int64
		delivery rlt.Delivery
		format   string
		wrapped  bool
	}{
		"at the threshold":     {size: threshold},
		"above the threshold":  {size: threshold + 1, wrapped: true},
		"forced on":            {size: 10, delivery: rlt.Delivery{Wrap: rlt.WrapAlways}, wrapped: true},
		"forced off":           {size: threshold + 1, delivery: rlt.Delivery{Wrap: rlt.WrapNever}},
		"forced off for a ZIP": {size: 10, delivery: rlt.Delivery{Wrap: rlt.WrapNever}, format: "ZIP"},
		"empty":                {size: 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			srv := newServer(t)
			content := rlt.SizedCSV(tt.size)
			run := srv.AddRun(rlt.Run{Content: content, Delivery: &tt.delivery})
			if tt.format == "" {
				tt.format = "CSV"
			}
			a := get(t, newClient(t), downloadURL(srv, run, tt.format))
			equal(t, "Content-Length", a.ContentLength, int64(len(a.body)))
			body := a.text()
			if tt.wrapped {
				_, contents := members(t, a.body)
				body = contents[0]
			}
			equal(t, "same content", body == string(rlt.ReadAll(content)), true)
		})
	}
}

func TestArchiveSwitches(t *testing.T) {
	srv := newServer(t, func(o *rlt.Options) { o.Now = day("2026-11-24") })
	archive := func(d rlt.Delivery) ([]*zip.File, []string) {
		d.Wrap = rlt.WrapAlways
		run := srv.AddRun(rlt.Run{DisplayName: "../Ünsafe", Content: rlt.Text("a\n1\n"), Delivery: &d})
		return members(t, get(t, newClient(t), downloadURL(srv, run, "CSV")).body)
	}

	files, _ := archive(rlt.Delivery{})
	equal(t, "name", files[0].Name, "../Ünsafe-2026-11-24.csv")
	equal(t, "method", files[0].Method, zip.Deflate)
	equal(t, "data descriptor", files[0].Flags&8 != 0, true)
	equal(t, "time", files[0].Modified.Equal(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)), true)

	for _, method := range []uint16{zip.Deflate, zip.Store} {
		files, contents := archive(rlt.Delivery{
			MemberName: `C:\x`, Store: method == zip.Store, NoDataDescriptor: true,
			ExtraMembers: []rlt.Member{{Name: "__MACOSX/"}, {Name: "b.csv", Content: rlt.Text("b\n")}},
		})
		equal(t, "name", files[0].Name, `C:\x`)
		equal(t, "method", files[0].Method, method)
		equal(t, "data descriptor", files[0].Flags&8 != 0, false)
		equal(t, "folder", files[1].Name, "__MACOSX/")
		equal(t, "names", files[2].Name, "b.csv")
		equal(t, "contents", strings.Join(contents, "|"), "a\n1\n||b\n")
	}
}

func TestArchiveChangesWithTheDayOnly(t *testing.T) {
	srv := newServer(t, func(o *rlt.Options) { o.Now = day("2026-11-24") })
	run := srv.AddRun(rlt.Run{})
	client := newClient(t)
	first := get(t, client, downloadURL(srv, run, "ZIP")).text()
	equal(t, "same day", get(t, client, downloadURL(srv, run, "ZIP")).text() == first, true)
	srv.Configure(func(*rlt.Options) {})
	equal(t, "same day, made anew", get(t, client, downloadURL(srv, run, "ZIP")).text() == first, true)
	srv.Configure(func(o *rlt.Options) { o.Now = day("2026-11-25") })
	equal(t, "next day", get(t, client, downloadURL(srv, run, "ZIP")).text() == first, false)
}

func TestSplitRun(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{Parts: []rlt.Content{rlt.Text("a\n0\n"), rlt.Text("a\n1\n")}})
	equal(t, "SplitCount", run.SplitCount, 2)
	client := newClient(t)
	for i, want := range []string{"a\n0\n", "a\n1\n"} {
		u := downloadURL(srv, run, "CSV") + "&split_report_sequence=" + string(rune('0'+i))
		_, contents := members(t, get(t, client, u).body)
		equal(t, "part", contents[0], want)
	}
	equal(t, "made parts", len(srv.AddRun(rlt.Run{SplitCount: 3}).Parts), 3)
}

func TestDelivery_header(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{Content: rlt.Text("a\n1\n"), Delivery: &rlt.Delivery{
		Chunked: true,
		Header:  http.Header{"Content-Disposition": nil, "Content-Type": nil, "X-Request-Id": {"abc"}},
	}})
	a := get(t, newClient(t), downloadURL(srv, run, "CSV"))
	_, typed := a.Header["Content-Type"]
	_, named := a.Header["Content-Disposition"]
	equal(t, "Content-Type there", typed, false)
	equal(t, "Content-Disposition there", named, false)
	equal(t, "length", a.ContentLength, -1)
	equal(t, "extra header", a.Header.Get("X-Request-Id"), "abc")
	equal(t, "body", a.text(), "a\n1\n")

	srv.SetRun(run.RunIdentifier, func(r *rlt.Run) {
		r.Delivery = &rlt.Delivery{Header: http.Header{
			"Content-Disposition": {`attachment; filename="../x"`}, "Content-Type": {"text/html"},
		}}
	})
	a = get(t, newClient(t), downloadURL(srv, run, "CSV"))
	equal(t, "Content-Disposition", a.Header.Get("Content-Disposition"), `attachment; filename="../x"`)
	equal(t, "Content-Type", a.Header.Get("Content-Type"), "text/html")

	run = srv.AddRun(rlt.Run{DisplayName: "Bücher"})
	srv.Configure(func(o *rlt.Options) { o.Now = day("2026-11-24") })
	a = get(t, newClient(t), downloadURL(srv, run, "CSV"))
	equal(t, "RFC 5987 name", a.Header.Get("Content-Disposition"),
		"attachment; filename*=utf-8''B%C3%BCcher-2026-11-24.csv")
}

func TestGzip(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{Delivery: &rlt.Delivery{Gzip: true}})
	want := string(rlt.ReadAll(run.Content))
	a := get(t, newClient(t), downloadURL(srv, run, "CSV"), "Accept-Encoding", "gzip")
	equal(t, "Content-Encoding", a.Header.Get("Content-Encoding"), "gzip")
	equal(t, "Content-Length", a.ContentLength, int64(len(a.body)))
	z, err := gzip.NewReader(bytes.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "content", string(plain), want)
	a = get(t, newClient(t), downloadURL(srv, run, "CSV"), "Accept-Encoding", "identity")
	equal(t, "Content-Encoding", a.Header.Get("Content-Encoding"), "")
	equal(t, "content", a.text(), want)
}

func TestRunsChange(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{Status: "GENERATING"})
	equal(t, "EndDate while generating", run.EndDate, "")
	client := newClient(t)
	equal(t, "generating", get(t, client, downloadURL(srv, run, "CSV")).StatusCode, 404)
	run = srv.SetRun(run.RunIdentifier, func(r *rlt.Run) { r.Status = "READY" })
	equal(t, "EndDate when ready", run.EndDate, "2026-01-02 02:00:11")
	equal(t, "ready", get(t, client, downloadURL(srv, run, "CSV")).StatusCode, 200)
	srv.RemoveRun(run.RunIdentifier)
	wantRefusal(t, get(t, client, downloadURL(srv, run, "CSV")), rlt.ReportsNotFound)

	defer func() { equal(t, "panic", recover(), any("reportlibrarytest: no run x")) }()
	srv.SetRun("x", func(*rlt.Run) {})
}

func TestIdentifiersAreMadeUpDeterministically(t *testing.T) {
	a, b := newServer(t), newServer(t)
	first, again := a.AddRun(rlt.Run{}), b.AddRun(rlt.Run{})
	equal(t, "run identifier", first.RunIdentifier, again.RunIdentifier)
	equal(t, "content", rlt.SHA256(first.Content), rlt.SHA256(again.Content))
	equal(t, "length", len(first.RunIdentifier), 36)
	second := a.AddRun(rlt.Run{})
	equal(t, "same report", second.ReportIdentifier, first.ReportIdentifier)
	equal(t, "same run", second.RunIdentifier == first.RunIdentifier, false)
	equal(t, "a schedule's run identifier", a.AddRun(rlt.Run{Status: "SCHEDULED"}).RunIdentifier, "")
}
