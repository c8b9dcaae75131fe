package main

import (
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/provider"
)

func TestComplete(t *testing.T) {
	t.Parallel()
	messages := []provider.GuideMessage{
		{Summary: "Report Is Empty", Remedy: "Set it.", Attribute: "`allow_empty`"},
		{Summary: "Request Rejected", Remedy: "Check it."},
		{Summary: "Request Rejected", Remedy: "Report it."},
	}
	const index = "\n<!-- index -->\n"
	tests := map[string]struct {
		guide string
		want  string
		// problem is in the error; empty if there is none.
		problem string
	}{
		"index and next steps": {
			guide: "# Guide\n" + index + "\n## Reports\n\n### Report Is Empty\n\nEmpty.\n\n### No Row\n\nText.\n\n## Network\n\n### Request Rejected\n",
			want: "# Guide\n\n- **Reports**\n  - [Report Is Empty](#report-is-empty)\n  - [No Row](#no-row)\n" +
				"- **Network**\n  - [Request Rejected](#request-rejected)\n\n## Reports\n\n" +
				"### Report Is Empty\n\nEmpty.\n\n**Next step (`allow_empty`):** Set it.\n\n### No Row\n\nText.\n\n## Network\n\n" +
				"### Request Rejected\n\n**Next step**, depending on the cause that the message names:\n\n- Check it.\n- Report it.\n",
		},
		"no entry":    {guide: index + "### Request Rejected\n", problem: `no entry "Report Is Empty"`},
		"no mark":     {guide: "### Request Rejected\n", problem: "needs the mark"},
		"two marks":   {guide: index + index + "### Request Rejected\n", problem: "needs the mark"},
		"no headings": {guide: index, problem: "no headings"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := complete(tt.guide, messages)
			if tt.problem != "" {
				if err == nil || !strings.Contains(err.Error(), tt.problem) {
					t.Errorf("got the error %v, want %q", err, tt.problem)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("got %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}
