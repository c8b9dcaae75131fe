package provider

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// invalid is a configuration of a block "this" with an error, and a pattern of the message that Terraform shows.
type invalid struct{ config, want string }

// wantInvalid has Terraform validate all rows in one command, each in a file of its own.
func wantInvalid(t *testing.T, rows map[string]invalid) {
	t.Helper()
	work := tftest.Shared(t).In(t)
	work.Write("source.tf", tftest.Source)
	files := map[string]string{}
	for name, row := range rows {
		block := fmt.Sprintf("row_%d", len(files))
		files[name] = block + ".tf"
		config := strings.ReplaceAll(row.config, `"this"`, fmt.Sprintf("%q", block))
		work.Write(files[name], strings.ReplaceAll(config, "digicert.this", "digicert."+block))
	}
	output, _ := work.Command(1, "validate", "-json", "-no-color")
	got := messagesByFile(t, output)
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			if text := got[files[name]]; !regexp.MustCompile(row.want).MatchString(text) {
				t.Errorf("got %q, want %s", text, row.want)
			}
		})
	}
}

// messagesByFile returns the errors of `validate -json` by the file that they are about: title, line of the
// configuration, and text.
func messagesByFile(t *testing.T, output string) map[string]string {
	t.Helper()
	var validation struct {
		Diagnostics []struct {
			Severity, Summary, Detail string
			Range                     struct{ Filename string }
			Snippet                   struct{ Code string }
		}
	}
	if err := json.Unmarshal([]byte(output), &validation); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	messages := map[string]string{}
	for _, d := range validation.Diagnostics {
		if d.Severity == "error" {
			messages[d.Range.Filename] += fmt.Sprintf("%s\n%s\n%s\n", d.Summary, d.Snippet.Code, d.Detail)
		}
	}
	return messages
}

// invalidProvider is a provider block with these lines and a data source that uses it.
func invalidProvider(lines, want string) invalid {
	return invalid{
		"provider \"digicert\" {\n  alias = \"this\"\n" + lines + "\n}\n" + lookupBlock(history, "provider = digicert.this"), want,
	}
}
