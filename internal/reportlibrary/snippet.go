package reportlibrary

import "github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"

// maskedSnippet returns the start of a text body as a diagnostic may show it. b is masked as a whole before it is cut.
func maskedSnippet(b []byte, mask func(string) string) string {
	return cleanSnippet([]byte(mask(cleanSnippet([]byte(mask(string(b))), len(b)))), maxSnippet)
}

// cleanSnippet returns at most limit characters of b as one line that is safe on a terminal.
func cleanSnippet(b []byte, limit int) string { return redact.Line(string(b), limit) }
