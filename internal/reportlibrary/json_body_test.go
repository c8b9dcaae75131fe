package reportlibrary

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func jsonBodyOf(text string) *jsonBody {
	return newJSONBody(strings.NewReader(text), maxJSONBytes)
}

func TestJSONBody(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(" ", 2*headSize)
	tests := map[string]struct {
		in   string
		want string // the field a; "-" for no object
		kind Kind
	}{
		"object":                {`{"a":"b"}`, "b", ""},
		"empty object":          {`{}`, "", ""},
		"byte order mark":       {"\xef\xbb\xbf{\"a\":\"b\"}", "b", ""},
		"white space":           {long + `{"a":"b"}` + long, "b", ""},
		"long field":            {`{"x":"` + long + `","a":"b"}`, "b", ""},
		"two words":             {" No content.\n", "-", ""},
		"empty":                 {"", "", KindResponse},
		"blank":                 {" \n", "", KindResponse},
		"null":                  {"null", "", KindResponse},
		"list":                  {`[{"a":"b"}]`, "", KindResponse},
		"page":                  {"<html>", "", KindResponse},
		"second object":         {`{"a":"b"}{}`, "", KindResponse},
		"text behind":           {`{"a":"b"} x`, "", KindResponse},
		"no colon":              {`{"a" "b"}`, "", KindResponse},
		"number as name":        {`{1:"b"}`, "", KindResponse},
		"wrong value":           {`{"a":nul}`, "", KindResponse},
		"breaks off in a name":  {`{"a`, "", KindResponseEnd},
		"breaks off in a value": {`{"a":"b`, "", KindResponseEnd},
		"breaks off after it":   {`{"a":"b"`, "", KindResponseEnd},
		"breaks off after many": {`{"a":"b","c":[1,2,` + long, "", KindResponseEnd},
		"breaks off at once":    {`{`, "", KindResponseEnd},
		"too long":              {`{"a":"` + strings.Repeat("x", maxJSONBytes), "", KindResponse},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object, err := jsonBodyOf(tt.in).object()
			if tt.kind != "" {
				wantKind(t, err, tt.kind)
				return
			}
			if err != nil || (object == nil) != (tt.want == "-") || object != nil && object.text("a") != tt.want {
				t.Errorf("got %v, %v, want %q", object, err, tt.want)
			}
		})
	}
}

func TestJSONBody_readErrorsComeBackAsTheyAre(t *testing.T) {
	t.Parallel()
	want := errors.New("broken")
	for _, start := range []string{"", "{", `{"report_history":[`, `{"report_history":[{"a":"` + strings.Repeat("x", 2*headSize)} {
		body := newJSONBody(io.MultiReader(strings.NewReader(start), iotest.ErrReader(want)), maxJSONBytes)
		if _, err := readHistoryPage(body); err != want {
			t.Errorf("after %.30q: got %v, want %v", start, err, want)
		}
	}
}

func TestHistoryPage_shapes(t *testing.T) {
	t.Parallel()
	for in, ok := range map[string]bool{
		`{"page":{"total":0},"report_history":[]}`:     true,
		`{"report_history":null}`:                      true,
		`{"page":{}}`:                                  true,
		`{"x":[[[{}]]],"report_history":[null,{},{}]}`: true,
		`{}`:                        false,
		`{"report_history":{}}`:     false,
		`{"report_history":"none"}`: false,
		`{"report_history":[1]}`:    false,
		`{"page":null}`:             false,
		`{"errors":[{"code":"a"}]}`: false,
	} {
		if _, err := readHistoryPage(jsonBodyOf(in)); (err == nil) != ok {
			t.Errorf("%s: got %v", in, err)
		}
	}
}

// TestHistoryPage_isBounded reads oversized pages and measures the memory that they take.
func TestHistoryPage_isBounded(t *testing.T) {
	tests := map[string]struct {
		element string
		want    string
	}{
		"bytes":   {`{"x":"` + strings.Repeat("x", 1000) + `"},`, fmt.Sprintf("the response has more than %d bytes", maxJSONBytes)},
		"records": {`{"status":"READY"},`, fmt.Sprintf("the response has more than %d records", maxPageRecords)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			const size = 60 << 20
			elements := strings.NewReader(strings.Repeat(tt.element, size/len(tt.element)))
			body := newJSONBody(io.MultiReader(strings.NewReader(`{"report_history":[`), elements), maxJSONBytes)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			page, err := readHistoryPage(body)
			runtime.GC()
			runtime.ReadMemStats(&after)
			if got := as[*Error](t, err); got.Kind != KindResponse || got.Message != tt.want {
				t.Errorf("got %s %q, want %q", got.Kind, got.Message, tt.want)
			}
			if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 100<<20 {
				t.Errorf("%d MiB are in use after %d records", kept>>20, page.received)
			}
			runtime.KeepAlive(page)
		})
	}
}

func TestHistory_isBoundedInAll(t *testing.T) {
	t.Parallel()
	page := []byte(`{"page":{"total":1000000},"x":"` + strings.Repeat("x", maxJSONBytes-200) + `","report_history":[{"created_date":"`)
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write(page)
		_, _ = fmt.Fprintf(w, `%d"}]}`, asked)
	}))
	t.Cleanup(srv.Close)
	client, _ := newTestClient(t, srv.URL)
	_, err := client.History(t.Context(), HistoryRequest{})
	wantKind(t, err, KindInconsistent, KindHistorySize)
	if want := maxHistoryBytes/maxJSONBytes + 1; asked != want {
		t.Errorf("asked for %d pages, want %d", asked, want)
	}

	reader := &historyReader{pause: func(int, string) error { return nil }}
	reader.fetch = func(query url.Values) (historyPage, error) {
		records := make([]Record, maxPageRecords)
		for i := range records {
			records[i].ReportRunIdentifier = fmt.Sprint(query.Get("offset"), "+", i)
		}
		return historyPage{records: records, received: len(records), total: 1 << 30}, nil
	}
	_, err = reader.read(HistoryRequest{})
	if want := maxHistoryRecords/maxPageRecords + 1; !isKind(err, KindHistorySize) || reader.requests != want {
		t.Errorf("got %v after %d requests, want %v after %d", err, reader.requests, KindHistorySize, want)
	}
}

// TestValuesThatEchoTheKey looks for the key in all that a client returns.
func TestValuesThatEchoTheKey(t *testing.T) {
	t.Parallel()
	key := reportlibrarytest.DefaultAPIKey
	srv := reportlibrarytest.NewServer(func(o *reportlibrarytest.Options) {
		o.RewriteJSON = func(_ *http.Request, response map[string]any) { echo(response, key) }
	})
	t.Cleanup(srv.Close)
	run := addTestRun(srv)
	report := srv.AddReport(reportlibrarytest.Report{})
	client, _ := newTestClient(t, srv.URL())
	records, err := client.History(t.Context(), HistoryRequest{})
	if err != nil || len(records) == 0 {
		t.Fatal(records, err)
	}
	choice, err := client.FindRun(t.Context(), RunRequest{ReportIdentifier: run.ReportIdentifier})
	if err != nil {
		t.Fatal(err)
	}
	details, err := client.Report(t.Context(), report.ReportIdentifier)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]any{"history": records, "run": choice, "details": details} {
		text := fmt.Sprintf("%+v", value)
		if d, ok := value.(Report); ok {
			text += fmt.Sprintf("%+v %+v", *d.Metadata, *d.Schedule)
		}
		if strings.Contains(text, key) {
			t.Errorf("the key is in the %s: %s", name, text)
		}
		if !strings.Contains(text, "***") {
			t.Errorf("the %s echoes nothing, so this tests nothing: %s", name, text)
		}
	}
}

// echo adds the key to every name and list of strings in a response, except to the compared fields.
func echo(value any, key string) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			switch text, isText := inner.(string); {
			case isText && (strings.HasSuffix(name, "_name") || strings.HasSuffix(name, "frequency")):
				value[name] = text + key
			case name == "notification_emails" || name == "format":
				value[name] = []any{key, "x" + key}
			default:
				echo(inner, key)
			}
		}
	case []any:
		for _, inner := range value {
			echo(inner, key)
		}
	}
}
