package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The types of an in-toto Statement and of its predicate.
const (
	StatementType = "https://in-toto.io/Statement/v1"
	PredicateType = "https://github.com/seed-875fe49d/terraform-provider-digicert/report-archive/v1"
)

// Statement is the content of NNNN.json.
type Statement struct {
	Type          string       `json:"_type"`
	Subject       []Descriptor `json:"subject"`
	PredicateType string       `json:"predicateType"`
	Predicate     Predicate    `json:"predicate"`
}

// Descriptor names a file and its content, like in-toto's ResourceDescriptor.
type Descriptor struct {
	Name   string `json:"name"`
	Digest Digest `json:"digest"`
}

// Digest is the SHA-256 of a file in lower-case hexadecimal.
type Digest struct {
	SHA256 string `json:"sha256"`
}

// Predicate describes the origin of a manifest's files. Dates of the API are unchanged; other times are RFC 3339 in
// UTC.
type Predicate struct {
	ReportIdentifier string `json:"report_identifier"`
	Sequence         int64  `json:"sequence"`
	CreatedAt        string `json:"created_at"`
	// Previous contains the previous manifest, its list and its time stamp; empty in the first manifest.
	Previous   []Descriptor `json:"previous"`
	Files      []Fact       `json:"files"`
	Definition *Definition  `json:"report_definition"`
	Producer   Producer     `json:"producer"`
}

// Fact describes a file.
type Fact struct {
	Name string `json:"name"`
	Run
	Part            *int64   `json:"part"`
	ReportFormat    string   `json:"report_format"`
	DeliveredFormat string   `json:"delivered_format"`
	ContentSize     int64    `json:"content_size"`
	RowCount        *int64   `json:"row_count"`
	Columns         []string `json:"columns"`
	MembersSHA256   string   `json:"members_sha256,omitempty"`
	DownloadedAt    string   `json:"downloaded_at"`
}

// Definition is the report from GET /report/{report_identifier} with the time of the request, because the API does not
// return earlier definitions.
type Definition struct {
	RequestedAt string          `json:"requested_at"`
	Response    json.RawMessage `json:"response"`
}

// Producer is the program that wrote the manifest, and its environment.
type Producer struct {
	ProviderVersion  string `json:"provider_version"`
	TerraformVersion string `json:"terraform_version"`
	BaseURL          string `json:"base_url"`
	// Job is the address or identifier of the CI job; empty outside of known CI systems.
	Job string `json:"ci_job,omitempty"`
}

// Encode returns the bytes of NNNN.json: indented JSON in ASCII, which programs that normalise Unicode do not change,
// and a final line break. Equal statements have equal bytes.
func (s Statement) Encode() ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(s); err != nil {
		return nil, fmt.Errorf("encoding manifest %s: %w", ManifestName(s.Predicate.Sequence), err)
	}
	return toASCII(text.Bytes()), nil
}

// toASCII escapes all other characters of a JSON text as \uXXXX.
func toASCII(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[size:]
	}
	return out
}

// ParseStatement parses a manifest. It returns an error for other content.
func ParseStatement(text []byte) (Statement, error) {
	var s Statement
	if err := json.Unmarshal(text, &s); err != nil {
		return Statement{}, fmt.Errorf("not a manifest: %w", err)
	}
	if s.Type != StatementType || s.PredicateType != PredicateType {
		return Statement{}, fmt.Errorf("not a manifest: the predicate type is %.100q instead of %q",
			s.PredicateType, PredicateType)
	}
	if len(s.Subject) != len(s.Predicate.Files) {
		return Statement{}, fmt.Errorf("%d subjects, but %d files", len(s.Subject), len(s.Predicate.Files))
	}
	for i, subject := range s.Subject {
		if subject.Name != s.Predicate.Files[i].Name {
			return Statement{}, fmt.Errorf("subject %.100q, but file %.100q", subject.Name, s.Predicate.Files[i].Name)
		}
		if !safeName(subject.Name) {
			return Statement{}, fmt.Errorf("%.100q is not a file name", subject.Name)
		}
	}
	return s, nil
}

// safeName reports whether name is the name of a file in the folder itself.
func safeName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\\:\x00\r\n")
}

func (s Statement) files() Files {
	files := make(Files, len(s.Subject))
	for i, fact := range s.Predicate.Files {
		files[NewKey(fact.ReportRunIdentifier, fact.Part)] = File{
			Name: fact.Name, SHA256: s.Subject[i].Digest.SHA256, Size: fact.ContentSize, RowCount: fact.RowCount,
			ReportStartDate: fact.ReportStartDate, ReportEndDate: fact.ReportEndDate, Manifest: s.Predicate.Sequence,
		}
	}
	return files
}
