package provider

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// TestMessageServer_coversEveryCall finds a call that may have diagnostics and is left to the embedded server.
func TestMessageServer_coversEveryCall(t *testing.T) {
	t.Parallel()
	// Nothing of ours makes these: the schema's are checked by a test of its own, and the others need a feature that
	// the provider does not have.
	without := []string{
		"GetMetadata", "GetFunctions", "GetProviderSchema", "GetResourceIdentitySchemas", "GenerateResourceConfig",
		"RenewEphemeralResource", "CloseEphemeralResource",
	}
	calls := reflect.TypeFor[tfprotov6.ProviderServer]()
	covered := 0
	for i := range calls.NumMethod() {
		name, response := calls.Method(i).Name, calls.Method(i).Type.Out(0)
		if response.Kind() != reflect.Pointer {
			continue
		}
		if _, ok := response.Elem().FieldByName("Diagnostics"); !ok || strings.Contains(strings.Join(without, " "), name) {
			continue
		}
		method, _ := reflect.TypeFor[messageServer]().MethodByName(name)
		file, _ := runtime.FuncForPC(method.Func.Pointer()).FileLine(method.Func.Pointer())
		if !strings.HasSuffix(file, "message_server.go") {
			t.Errorf("%s is not in messageServer, but in %s", name, file)
		}
		covered++
	}
	if covered < 14 {
		t.Errorf("got %d calls with diagnostics, want 14 at least: this tests nothing", covered)
	}
}

// dirtyServer returns a diagnostic that is not safe to show.
type dirtyServer struct {
	tfprotov6.ProviderServer
	diagnostic tfprotov6.Diagnostic
}

func (s dirtyServer) ReadResource(
	context.Context, *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{Diagnostics: []*tfprotov6.Diagnostic{&s.diagnostic}}, nil
}

func TestMessageServer(t *testing.T) {
	t.Parallel()
	secret := "message-server-secret"
	redact.Register(secret)
	tests := map[string]struct{ summary, detail, wantSummary, wantDetail string }{
		"clean":     {"File Not Read", "The file …\n\nPath: ä", "File Not Read", "The file …\n\nPath: ä"},
		"secret":    {"A " + secret, "B " + secret + "\nC", "A ***", "B ***\nC"},
		"invisible": {"A\x1b[2J\nB", "C\u202e\nD\u009b", `A\u001b[2J\nB`, "C\\u202e\nD\\u009b"},
		"flood": {
			strings.Repeat("x", 1_000_000), strings.Repeat("y", 20_000_000),
			strings.Repeat("x", maxSummary-1) + "…", strings.Repeat("y", maxDetail-1) + "…",
		},
	}
	for name, tt := range tests {
		server := messageServer{dirtyServer{diagnostic: tfprotov6.Diagnostic{Summary: tt.summary, Detail: tt.detail}}}
		resp, err := server.ReadResource(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := resp.Diagnostics[0]; got.Summary != tt.wantSummary || got.Detail != tt.wantDetail {
			t.Errorf("%s: got %.300q and %.300q", name, got.Summary, got.Detail)
		}
	}
}

// TestMessage_valuesCannotLookLikeLines puts line breaks and floods into every part of a message.
func TestMessage_valuesCannotLookLikeLines(t *testing.T) {
	t.Parallel()
	l := message{summary: "S", problem: "name \"a\nStatus: 200\"", remedy: "r\u202e", lines: make([]string, 20_000)}
	for i := range l.lines {
		l.lines[i] = fmt.Sprintf("Report: %d\nRun: %s", i, strings.Repeat("x", 3000))
	}
	lines := strings.Split(l.diagnostic(noRedaction).Detail(), "\n")
	if len(lines) != 4+maxLines+1 || lines[0] != `name "a\nStatus: 200".` || lines[2] != `r\u202e` ||
		lines[len(lines)-1] != "… and 19960 more" {
		t.Errorf("got %d lines: %.1000q", len(lines), lines)
	}
	for _, line := range lines {
		if n := len([]rune(line)); n > maxLine {
			t.Errorf("a line has %d characters: %.600q", n, line)
		}
	}
}

// hostileName has an escape that clears the screen, a line break, bidirectional, zero-width and tag characters.
const hostileName = "name\x1b[2J\nError: x\u202e\u200b\U000e0041\u009b"

// TestMessages_hostileNames has the service send names that would change the display of a terminal.
func TestMessages_hostileNames(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	run := "data \"digicert_report_run\" \"this\" {\n  report_display_name = \"A\"\n}\n"
	tests := map[string]struct {
		fill   func(*fixture)
		config string
		want   []string
	}{
		"statuses": {
			fill: func(s *fixture) {
				for i := range 50 {
					s.AddRun(reportlibrarytest.Run{DisplayName: "A", ReportIdentifier: "a", Status: fmt.Sprintf("%02d%s", i, hostileName)})
				}
			},
			config: run,
			want:   []string{"No Report Run Found", `09name\u001b[2J\nError: x\u202e\u200b\U000e0041\u009b`, "and 40 more"},
		},
		"identifiers": {
			fill: func(s *fixture) {
				for i := range 50 {
					s.AddRun(reportlibrarytest.Run{DisplayName: "A", ReportIdentifier: fmt.Sprintf("%02d%s", i, hostileName)})
				}
			},
			config: run,
			want:   []string{"Report Name Ambiguous", `19name\u001b[2J\nError: x\u202e\u200b\U000e0041\u009b`, "and 30 more"},
		},
		"names": {
			fill: func(s *fixture) {
				for i := range 50 {
					name := fmt.Sprintf("%02d%s", i, hostileName)
					s.AddRun(reportlibrarytest.Run{DisplayName: name, Type: name, Schedule: name, ReportIdentifier: name})
				}
			},
			config: run,
			want:   []string{"Report Not Found", `00name\u001b[2J\nError: x\u202e\u200b\U000e0041\u009b`, "and 45 reports more"},
		},
		"code and message": {
			fill: func(s *fixture) {
				s.Script(nil, reportlibrarytest.APIError(403, "access_denied|access_denied_invalid_key", hostileName).Forever())
			},
			config: "data \"digicert_report_history\" \"this\" {}\n",
			want:   []string{"Authentication Failed", "access_denied|access_denied_invalid_key: name[2J Error: x"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			tt.fill(s)
			work := s.workFolder(t, cli)
			work.Write("main.tf", tftest.Source+tt.config)
			got := work.Run(1, "plan")
			flat := strings.Join(strings.Fields(strings.ReplaceAll(got, "│", "")), " ")
			for _, want := range tt.want {
				if !strings.Contains(flat, want) {
					t.Errorf("%q is not in:\n%s", want, got)
				}
			}
			if strings.ContainsFunc(got, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }) {
				t.Errorf("the output has invisible characters: %q", got)
			}
			if len(got) > 20_000 {
				t.Errorf("the output has %d bytes", len(got))
			}
		})
	}
}
