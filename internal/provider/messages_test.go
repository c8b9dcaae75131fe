package provider

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// declaredKinds returns the values of the kinds in a file of another package.
func declaredKinds(t *testing.T, name string) []reportlibrary.Kind {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []reportlibrary.Kind
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Kind") {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
			value, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, reportlibrary.Kind(value))
		}
		return true
	})
	return kinds
}

func TestRequestMessages(t *testing.T) {
	t.Parallel()
	kinds := append(declaredKinds(t, "../reportlibrary/error.go"), declaredKinds(t, "../httpclient/error.go")...)
	if len(kinds) < 40 {
		t.Fatalf("%d kinds found: this tests nothing", len(kinds))
	}
	for _, kind := range kinds {
		if kind == "status" { // the Report Library's client replaces it
			continue
		}
		m, ok := requestMessages[kind]
		if !ok {
			t.Errorf("no message for %q", kind)
		}
		if m.summary == "" || !strings.HasSuffix(m.remedy, ".") {
			t.Errorf("%q: got summary %q and remedy %q, want both", kind, m.summary, m.remedy)
		}
		l := request{timeout: path.Root("t"), subject: path.Root("s")}.message(&reportlibrary.Error{Kind: kind, Op: "Trying"})
		if (len(l.attribute.Steps()) > 0) != (m.attribute != "") {
			t.Errorf("%q: got the attribute %s, want %q", kind, l.attribute, m.attribute)
		}
	}
	var schema datasource.SchemaResponse
	newReportDownloadDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &schema)
	var runSchema datasource.SchemaResponse
	newReportRunDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &runSchema)
	for kind, m := range requestMessages {
		_, download := schema.Schema.Attributes[m.attribute]
		_, run := runSchema.Schema.Attributes[m.attribute]
		if m.attribute != "" && !strings.HasPrefix(m.attribute, "(") && !download && !run {
			t.Errorf("%q: there is no attribute %s", kind, m.attribute)
		}
	}
}

func TestRequest_message(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err     reportlibrary.Error
		request request
		want    string
	}{
		"code as it came": {
			err: reportlibrary.Error{
				Op: "Trying", Kind: reportlibrary.KindAuthentication, Status: 403, Code: "access_denied|access_denied_invalid_key",
				Message: "No.", RequestID: "r1", Attempts: 1,
			},
			want: "Trying failed: access_denied|access_denied_invalid_key: No\nStatus: 403\nRequest: r1",
		},
		"no words": {
			err:  reportlibrary.Error{Op: "Trying", Kind: reportlibrary.KindUnavailable, Status: 503},
			want: "Trying failed: status 503 without an explanation\nStatus: 503",
		},
		"page": {
			err:  reportlibrary.Error{Op: "Trying", Kind: reportlibrary.KindAccessDenied, Status: 403, Snippet: "<html>"},
			want: "Trying failed: status 403 with \"<html>\"\nStatus: 403",
		},
		"another host": {
			err:  reportlibrary.Error{Op: "Trying", Kind: reportlibrary.KindRedirectTarget, Status: 403, Host: "store.test"},
			want: "Trying failed: DigiCert redirected to store.test, which responded with status 403 without an explanation\nStatus: 403",
		},
		"content": {
			err:  reportlibrary.Error{Op: "Trying", Kind: reportlibrary.KindPage, Message: "HTML", Snippet: "<p>"},
			want: "Trying failed: the response is not the requested report: HTML\nBody: \"<p>\"",
		},
		"attempts": {
			err:  reportlibrary.Error{Op: "Trying", Kind: reportlibrary.KindConnection, Message: "refused", Attempts: 5, Elapsed: 14e9},
			want: "Trying failed: refused (after 5 attempts over 14s)",
		},
		"another host without a response": {
			err:  reportlibrary.Error{Op: "Trying", Kind: reportlibrary.KindConnection, Message: "refused", Host: "store.test"},
			want: "Trying failed: DigiCert redirected to store.test, and the connection to it failed: refused",
		},
		"lookup": {
			err:     reportlibrary.Error{Op: "Trying", Kind: reportlibrary.KindNotFound, Status: 404},
			request: request{messages: lookupMessages},
			want:    "Trying failed: status 404 without an explanation\nStatus: 404",
		},
	}
	for name, tt := range tests {
		l := tt.request.message(&tt.err)
		if got := strings.Join(append([]string{l.problem}, l.lines...), "\n"); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if name == "lookup" && l.summary != historyNotFound.summary {
			t.Errorf("%s: got %s, want %s", name, l.summary, historyNotFound.summary)
		}
	}
}

// TestRequest_remedy checks that a next step names the timeout of the operation, and a value that is likely to suffice.
func TestRequest_remedy(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err     reportlibrary.Error
		timeout path.Path
		want    string
	}{
		"rest known": {
			reportlibrary.Error{Kind: reportlibrary.KindTimeout, Elapsed: 30 * time.Minute, Remaining: time.Hour},
			path.Root("timeouts").AtName("create"), `Set timeouts = { create = "3h" }`,
		},
		"rest unknown": {
			reportlibrary.Error{Kind: reportlibrary.KindTimeout, Elapsed: 30 * time.Minute},
			path.Root("timeouts").AtName("update"), `Set timeouts = { update = "1h" }`,
		},
		"short": {
			reportlibrary.Error{Kind: reportlibrary.KindTimeout, Elapsed: 3 * time.Second, Remaining: time.Second},
			path.Root("timeouts").AtName("open"), `Set timeouts = { open = "10m" }`,
		},
		"long": {
			reportlibrary.Error{Kind: reportlibrary.KindTimeout, Elapsed: 3 * time.Hour, Remaining: 3 * time.Hour},
			path.Root("timeouts").AtName("read"), `Set timeouts = { read = "10h" }`,
		},
		"pause": {
			reportlibrary.Error{Kind: reportlibrary.KindPauseTooLong, Elapsed: time.Minute, Wait: 3 * time.Minute},
			path.Root("timeouts").AtName("create"), `Set timeouts = { create = "10m" }`,
		},
		"429": {
			reportlibrary.Error{
				Kind: reportlibrary.KindRateLimited, Status: 429, Elapsed: time.Minute, Wait: 3 * time.Minute,
				RetryAfter: time.Hour,
			},
			path.Root("timeouts").AtName("create"), `set timeouts = { create = "2h" }`,
		},
		"wait for a run": {
			reportlibrary.Error{Kind: reportlibrary.KindRunNotReady, Elapsed: time.Minute}, path.Root("timeouts").AtName("read"),
			`set timeouts = { read = "3h" }`,
		},
		"long wait for a run": {
			reportlibrary.Error{Kind: reportlibrary.KindRunNotReady, Elapsed: 2 * time.Hour}, path.Root("timeouts").AtName("read"),
			`set timeouts = { read = "5h" }`,
		},
		"no timeout": {
			reportlibrary.Error{Kind: reportlibrary.KindTimeout}, path.Path{}, "Set a longer timeout in timeouts.",
		},
		"redirected": {
			reportlibrary.Error{Kind: reportlibrary.KindConnection, Host: "store.test"}, path.Path{},
			"DigiCert delivers the report from store.test.",
		},
		"redirected to a proxy's certificate": {
			reportlibrary.Error{Kind: reportlibrary.KindAuthority, Host: "store.test"}, path.Path{}, "ca_cert_pem",
		},
	}
	for name, tt := range tests {
		got := request{timeout: tt.timeout}.message(&tt.err).remedy
		if !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q in it", name, got, tt.want)
		}
	}
	for kind, m := range requestMessages {
		got := request{timeout: path.Root("timeouts").AtName("read")}.message(&reportlibrary.Error{Kind: kind}).remedy
		if strings.Contains(got, timeoutToRaise) {
			t.Errorf("%q: the mark is still in %q", kind, got)
		}
		if strings.Contains(m.remedy, timeoutToRaise) && m.attribute != attributeTimeout {
			t.Errorf("%q names a timeout, but does not point at it", kind)
		}
	}
}
