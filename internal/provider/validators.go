package provider

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// identifierValidator accepts identifiers of DigiCert, whose samples are shorter than a UUID.
func identifierValidator() validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9A-Fa-f-]{32,36}$`),
		"must be 32 to 36 hex digits and hyphens, as in 12345678-90ab-cdef-1234-567890abcdef (the data source "+
			"digicert_report_run finds it by the report's name)")
}

func sha256Validator() validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9A-Fa-f]{64}$`), "must be a SHA-256 digest: 64 hex digits")
}

// fileModeValidator accepts an octal mode with read permission for the owner, because a file must be verified.
func fileModeValidator() validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^0?[4-7][0-7]{2}$`),
		`must be three octal digits that let the owner read, such as "0640"`)
}

// directoryModeValidator accepts an octal mode with which the owner can create files.
func directoryModeValidator() validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^0?[37][0-7]{2}$`),
		`must be three octal digits that let the owner create files, such as "0750"`)
}

// stringCheck is a validator of this package. Its check returns the problem of a value.
type stringCheck interface {
	Description(ctx context.Context) string
	check(value string) (summary, problem string)
}

func runStringCheck(c stringCheck, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if summary, problem := c.check(req.ConfigValue.ValueString()); problem != "" {
		if len(req.Path.Steps()) > 1 {
			problem += "\n\nAttribute: " + req.Path.String() // Terraform shows the line of the outermost only
		}
		resp.Diagnostics.AddAttributeError(req.Path, summary, problem)
	}
}

// reportFormat accepts the documented formats in upper case.
type reportFormat struct{}

func (v reportFormat) Description(context.Context) string {
	return "must be one of " + strings.Join(formatNames(), ", ")
}
func (v reportFormat) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v reportFormat) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	runStringCheck(v, req, resp)
}

func (v reportFormat) check(value string) (string, string) {
	const summary = "Invalid Report Format"
	names := formatNames()
	if slices.Contains(names, value) {
		return "", ""
	}
	problem := fmt.Sprintf("report_format is %q, which is not one of %s.", value, strings.Join(names, ", "))
	meant := strings.ToUpper(strings.Trim(value, " ."))
	if meant == "XLSX" || meant == "XLS" {
		meant = string(reportlibrary.FormatExcel)
	}
	if slices.Contains(names, meant) {
		problem += fmt.Sprintf(" Write %q.", meant)
	}
	return summary, problem
}

func formatNames() []string {
	var names []string
	for _, format := range reportlibrary.Formats() {
		names = append(names, string(format))
	}
	return names
}

type pathText struct {
	file bool // rejects paths that can only be those of a folder
}

func (v pathText) Description(context.Context) string {
	if v.file {
		return "must be the path of a file"
	}
	return "must be the path of a folder"
}
func (v pathText) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v pathText) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	runStringCheck(v, req, resp)
	if rest, ok := strings.CutPrefix(req.ConfigValue.ValueString(), "~/"); ok {
		resp.Diagnostics.AddAttributeWarning(req.Path, "Path Starts With A Tilde", fmt.Sprintf("Terraform does not "+
			"expand ~: %q is in a folder named ~ in the current folder. For your home folder, write pathexpand(%[1]q).",
			"~/"+rest))
	}
}

func (v pathText) check(value string) (string, string) {
	const summary = "Invalid Path"
	name := value[strings.LastIndexAny(value, `/\`)+1:]
	switch {
	case value == "":
		return summary, "The path is empty. Write a path such as \"reports/orders.csv\"."
	case strings.TrimRight(value, "\r\n") != value:
		return summary, fmt.Sprintf("%q ends with a line break, as a value that was read from a file does. Remove it with "+
			"chomp().", value)
	case strings.ContainsFunc(value, unicode.IsControl):
		return summary, fmt.Sprintf("%q contains a control character. Write a path without it.", value)
	case v.file && (name == "" || name == "." || name == ".."):
		return summary, fmt.Sprintf("%q is the path of a folder. Add the name of the file, or use directory, which names "+
			"the file after the report.", value)
	}
	return "", ""
}

// duration accepts a duration of Go that is not negative.
type duration struct {
	positive bool // rejects zero too
}

func (v duration) Description(context.Context) string {
	return `must be a duration such as "90s" or "2m"`
}
func (v duration) MarkdownDescription(context.Context) string {
	return `must be a duration such as "90s" or "2m"`
}

func (v duration) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	runStringCheck(v, req, resp)
}

func (v duration) check(value string) (string, string) {
	const summary = "Invalid Duration"
	parsed, err := time.ParseDuration(value)
	switch {
	case err != nil:
		return summary, fmt.Sprintf("%q is not a duration, because %s.", value, durationAdvice(value))
	case parsed < 0:
		return summary, fmt.Sprintf("%q is too short: a duration is not negative. Write one such as %q or %q.", value, "90s",
			"2m")
	case v.positive && parsed == 0:
		return summary, fmt.Sprintf("%q is too short: the duration must be longer than zero. Write one such as %q or %q.",
			value, "90s", "2m")
	}
	return "", ""
}

// writtenDuration matches a number with or without a unit.
var writtenDuration = regexp.MustCompile(`^\s*(\d+)(?:\.0+)?\s*([\pL]*)\.?\s*$`)

// durationUnits map the first letters of a unit to a multiple of a unit of Go.
var durationUnits = []struct {
	prefix, unit string
	factor       int64
}{
	{"ms", "ms", 1}, {"milli", "ms", 1}, {"mon", "h", 30 * 24}, {"m", "m", 1}, {"s", "s", 1}, {"h", "h", 1},
	{"d", "h", 24}, {"w", "h", 7 * 24},
}

// durationAdvice says why a value is not a duration, and suggests one.
func durationAdvice(value string) string {
	const units = "h, m, s or ms"
	match := writtenDuration.FindStringSubmatch(value)
	if match == nil {
		return fmt.Sprintf("it is not a number with one of the units %s. Write %q or %q, for example", units, "90s", "1h30m")
	}
	number, unit := match[1], strings.ToLower(match[2])
	if unit == "" {
		return fmt.Sprintf("it has no unit. Write %q for seconds, or %q for minutes", number+"s", number+"m")
	}
	count, err := strconv.ParseInt(number, 10, 32)
	for _, u := range durationUnits {
		if strings.HasPrefix(unit, u.prefix) && err == nil {
			return fmt.Sprintf("its unit is not one of %s. Write %q", units, fmt.Sprint(count*u.factor)+u.unit)
		}
	}
	return fmt.Sprintf("its unit is not one of %s. Write %q or %q, for example", units, "90s", "1h30m")
}

// certificatesPEM accepts certificates in PEM with comments.
type certificatesPEM struct{}

func (v certificatesPEM) Description(context.Context) string { return "must be certificates in PEM" }
func (v certificatesPEM) MarkdownDescription(context.Context) string {
	return "must be certificates in PEM"
}

func (v certificatesPEM) ValidateString(
	_ context.Context, req validator.StringRequest, resp *validator.StringResponse,
) {
	runStringCheck(v, req, resp)
}

func (v certificatesPEM) check(value string) (string, string) {
	const summary = "Invalid Certificate"
	found, rest := 0, []byte(value)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return summary, fmt.Sprintf("The PEM holds a block %q where only certificates belong.", block.Type)
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return summary, fmt.Sprintf("Certificate %d of the PEM can't be read: %s.", found+1, err)
		}
		found++
	}
	if found == 0 {
		return summary, "The value contains no PEM certificate, which starts with -----BEGIN CERTIFICATE-----." +
			fileAdvice(value)
	}
	if strings.Contains(string(rest), "-----BEGIN") {
		return summary, fmt.Sprintf("The PEM text after certificate %d is damaged.", found)
	}
	return "", ""
}

// fileAdvice suggests the function file if value is a path instead of a content.
func fileAdvice(value string) string {
	if value == "" || len(value) > 255 || strings.ContainsAny(value, "\r\n") || strings.Contains(value, "-----") {
		return ""
	}
	return fmt.Sprintf(" If the value is a path, read the file: file(%q).", value)
}

// privateKeyPEM accepts an unencrypted private key in PEM. Its errors never quote the key.
type privateKeyPEM struct{}

func (v privateKeyPEM) Description(context.Context) string { return "must be a private key in PEM" }
func (v privateKeyPEM) MarkdownDescription(context.Context) string {
	return "must be a private key in PEM"
}

func (v privateKeyPEM) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	runStringCheck(v, req, resp)
}

func (v privateKeyPEM) check(value string) (string, string) {
	const summary = "Invalid Private Key"
	for rest := []byte(value); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return summary, "The value contains no PEM private key, which starts with -----BEGIN PRIVATE KEY----- or a " +
				"variant of it. If the value is a path, read the file with file()."
		}
		switch {
		case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
			return summary, "The key is encrypted. Decrypt it first, as with openssl pkey."
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			return "", ""
		}
	}
}
