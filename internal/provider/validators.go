package provider

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// identifierValidator accepts what DigiCert calls a UUID. Its own samples are shorter than one.
func identifierValidator() validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9A-Fa-f-]{32,36}$`),
		"must be 32 to 36 hex digits and hyphens, as in 12345678-90ab-cdef-1234-567890abcdef")
}

// sha256Validator accepts a SHA-256 digest in hex, in either case.
func sha256Validator() validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9A-Fa-f]{64}$`), "must be a SHA-256 digest: 64 hex digits")
}

// formatValidator accepts the formats that the API documents.
func formatValidator() validator.String {
	var names []string
	for _, format := range reportlibrary.Formats() {
		names = append(names, string(format))
	}
	return stringvalidator.OneOf(names...)
}

// fileModeValidator accepts a file mode in octal that lets the owner read: a file that can't be read can't be verified.
func fileModeValidator() validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^0?[4-7][0-7]{2}$`),
		`must be three octal digits that let the owner read, such as "0640"`)
}

// directoryModeValidator accepts a folder's mode in octal that lets the owner create files in it.
func directoryModeValidator() validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^0?[37][0-7]{2}$`),
		`must be three octal digits that let the owner create files, such as "0750"`)
}

// stringCheck is the shape of this package's own validators: a description, and a check that returns what is wrong.
type stringCheck interface {
	Description(ctx context.Context) string
	check(value string) (summary, problem string)
}

// runStringCheck applies a check to a known value.
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

// duration accepts what time.ParseDuration does, if it is not negative.
type duration struct {
	// positive refuses zero too.
	positive bool
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
		return summary, fmt.Sprintf("%q is not a duration. Write a number with a unit, such as %q or %q.", value, "90s", "2m")
	case parsed < 0 || v.positive && parsed == 0:
		return summary, fmt.Sprintf("%q is too short.", value)
	}
	return "", ""
}

// certificatesPEM accepts one or more certificates in PEM, and nothing besides them but comments.
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
		return summary, "There is no certificate in it. A PEM certificate starts with -----BEGIN CERTIFICATE-----."
	}
	if strings.Contains(string(rest), "-----BEGIN") {
		return summary, fmt.Sprintf("What follows certificate %d of the PEM is damaged.", found)
	}
	return "", ""
}

// privateKeyPEM accepts an unencrypted private key in PEM. Its errors never quote it.
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
			return summary, "There is no private key in it. A PEM key starts with -----BEGIN PRIVATE KEY----- or a variant " +
				"of it."
		}
		switch {
		case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
			return summary, "The key is encrypted. Decrypt it first, as with openssl pkey."
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			return "", ""
		}
	}
}
