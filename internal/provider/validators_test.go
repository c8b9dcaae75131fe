package provider

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TestValidators checks that each message about a value names a valid one.
func TestValidators(t *testing.T) {
	t.Parallel()
	tests := []struct {
		validator validator.String
		value     string
		want      string // a part of the error or warning; empty for neither
	}{
		{duration{}, "90s", ""},
		{duration{}, "1h30m", ""},
		{duration{}, "0s", ""},
		{duration{}, "30", `Write "30s" for seconds, or "30m" for minutes`},
		{duration{}, " 30 ", `Write "30s"`},
		{duration{}, "30.0", `Write "30s"`},
		{duration{}, "1 hour", `Write "1h".`},
		{duration{}, "5 min.", `Write "5m".`},
		{duration{}, "90 Seconds", `Write "90s".`},
		{duration{}, "10 millis", `Write "10ms".`},
		{duration{}, "2d", `Write "48h".`},
		{duration{}, "1w", `Write "168h".`},
		{duration{}, "2 months", `Write "1440h".`},
		{duration{}, "3 fortnights", `Write "90s"`},
		{duration{}, "99999999999 days", `Write "90s"`},
		{duration{}, "PT5M", `Write "90s" or "1h30m"`},
		{duration{}, "", `Write "90s" or "1h30m"`},
		{duration{}, "-5s", "not negative"},
		{duration{positive: true}, "0s", "longer than zero"},

		{reportFormat{}, "CSV", ""},
		{reportFormat{}, "csv", `report_format is "csv", which is not one of CSV, JSON, EXCEL, ZIP. Write "CSV".`},
		{reportFormat{}, "xlsx", `Write "EXCEL".`},
		{reportFormat{}, ".zip", `Write "ZIP".`},
		{reportFormat{}, "PDF", "not one of CSV, JSON, EXCEL, ZIP."},

		{pathText{file: true}, "out/Monthly orders.csv", ""},
		{pathText{file: true}, `out\orders.csv`, ""},
		{pathText{file: true}, "", "The path is empty"},
		{pathText{file: true}, "out/", "is the path of a folder"},
		{pathText{file: true}, `out\`, "is the path of a folder"},
		{pathText{file: true}, "out/..", "is the path of a folder"},
		{pathText{file: true}, ".", "is the path of a folder"},
		{pathText{file: true}, "out/..csv", ""},
		{pathText{file: true}, "orders.csv\n", "chomp()"},
		{pathText{file: true}, "or\nders.csv", "control character"},
		{pathText{file: true}, "orders\x00.csv", "control character"},
		{pathText{file: true}, "~/orders.csv", `write pathexpand("~/orders.csv")`},
		{pathText{file: true}, "a~/orders.csv", ""},
		{pathText{}, "out/", ""},
		{pathText{}, "..", ""},
		{pathText{}, "", "The path is empty"},

		{certificatesPEM{}, "/etc/ssl/ca.pem", `read the file: file("/etc/ssl/ca.pem")`},
		{certificatesPEM{}, "", "contains no PEM certificate, which starts with -----BEGIN CERTIFICATE-----."},
		{privateKeyPEM{}, "/etc/ssl/key.pem", "read the file with file()"},
	}
	for _, tt := range tests {
		var resp validator.StringResponse
		tt.validator.ValidateString(t.Context(), validator.StringRequest{ConfigValue: types.StringValue(tt.value)}, &resp)
		var details []string
		for _, d := range resp.Diagnostics {
			details = append(details, d.Detail())
		}
		got := strings.Join(details, "\n")
		if !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%T of %q: got %q, want %q", tt.validator, tt.value, got, tt.want)
		}
		if len(details) > 1 {
			t.Errorf("%T of %q: got %d messages, want at most one", tt.validator, tt.value, len(details))
		}
		if tt.validator.Description(context.Background()) == "" {
			t.Errorf("%T has no description", tt.validator)
		}
	}
}
