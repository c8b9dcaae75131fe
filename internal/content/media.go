package content

import "strings"

// media is the meaning of a Content-Type. It decides only if the body is ambiguous, because it is often wrong.
type media struct {
	page    bool // HTML or XML
	json    bool
	problem bool // an error in JSON, RFC 9457
	csv     bool
	plain   bool
}

func mediaOf(contentType string) media {
	name, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	name = strings.TrimSpace(name)
	_, subtype, _ := strings.Cut(name, "/")
	subtype = strings.TrimPrefix(subtype, "x-")
	return media{
		page: subtype == "html" || subtype == "xml" ||
			strings.HasSuffix(subtype, "+xml") && !strings.HasPrefix(subtype, "vnd."),
		json:    strings.HasSuffix(subtype, "json") || subtype == "javascript" || subtype == "ndjson",
		problem: subtype == "problem+json" || strings.HasPrefix(subtype, "vnd.error"),
		csv:     subtype == "csv" || subtype == "comma-separated-values" || subtype == "tab-separated-values",
		plain:   name == "text/plain",
	}
}
