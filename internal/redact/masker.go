// Package redact masks secrets by value, and makes text from elsewhere safe for a message or a log.
//
// It knows nothing of HTTP, reports or Terraform.
package redact

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// mask replaces a secret.
const mask = "***"

const (
	// runLength is the length in bytes of the shortest part of a secret that is masked in a text. A server or a proxy
	// may have cut the secret before it sent it back.
	runLength = 12
	// minDataLength is the length in bytes of the shortest secret that is masked in data. A key such as "test" would
	// change every report name that contains the word.
	minDataLength = 8
)

// Masker masks a fixed set of secrets. It is safe for concurrent use; a nil Masker masks nothing.
type Masker struct {
	texts *strings.Replacer
	data  *strings.Replacer
	forms []string            // longest first
	runs  map[string]struct{} // every part of runLength bytes, in lower case
}

// New returns a Masker of values, each in its plain form and as it is escaped in URLs, JSON, HTML, quoted strings and
// Basic credentials. Empty values are ignored.
func New(values ...string) *Masker {
	m := &Masker{runs: map[string]struct{}{}}
	var dataForms []string
	for _, value := range values {
		forms := Forms(value)
		m.forms = append(m.forms, forms...)
		if len(value) >= minDataLength {
			dataForms = append(dataForms, forms...)
		}
		for _, form := range forms {
			lower := lowerASCII(form)
			for i := range max(len(lower)-runLength+1, 0) {
				m.runs[lower[i:i+runLength]] = struct{}{}
			}
		}
	}
	m.forms = longestFirst(m.forms)
	m.texts, m.data = replacer(m.forms), replacer(longestFirst(dataForms))
	return m
}

// Text masks the secrets in a text for a reader, and every part of one that is at least 12 bytes long, in upper or
// lower case.
func (m *Masker) Text(s string) string {
	if m == nil {
		return s
	}
	return m.maskRuns(m.texts.Replace(s))
}

// Data masks the whole secrets of at least 8 bytes in the strings that v, a pointer, refers to: in fields, elements and
// map values.
func (m *Masker) Data(v any) {
	if m != nil {
		m.maskValue(reflect.ValueOf(v))
	}
}

func (m *Masker) maskValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		m.maskValue(v.Elem())
	case reflect.String:
		if v.CanSet() {
			v.SetString(m.data.Replace(v.String()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			m.maskValue(v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			m.maskValue(v.Index(i))
		}
	}
}

// Excerpt returns at most limit characters from the start of text as one line that is safe on a terminal, see [Line].
// Secrets are masked before the text is cut. If truncated, text is itself the start of a longer one, and the start of a
// secret at its end is left out.
func (m *Masker) Excerpt(text string, truncated bool, limit int) string {
	// Whole secrets first, since the line may fold what is in them; all else after characters that split a secret are out.
	if m != nil {
		text = m.texts.Replace(text)
	}
	text = m.Text(Line(text, len(text)))
	if truncated {
		text = m.withoutStart(text)
	}
	return Line(text, limit)
}

// minStart is the length in bytes of the shortest start of a secret that is left out. Text ends with fewer by chance.
const minStart = 4

// withoutStart cuts the start of a secret off the end of text.
func (m *Masker) withoutStart(text string) string {
	if m == nil {
		return text
	}
	longest := 0
	for _, form := range m.forms {
		for n := min(len(form)-1, len(text)); n > max(longest, minStart-1); n-- {
			if strings.HasSuffix(text, form[:n]) {
				longest = n
			}
		}
	}
	return text[:len(text)-longest]
}

func (m *Masker) maskRuns(s string) string {
	if len(m.runs) == 0 || len(s) < runLength {
		return s
	}
	lower := lowerASCII(s)
	isRun := func(end int) bool { _, ok := m.runs[lower[end-runLength:end]]; return ok }
	var masked strings.Builder
	copied := 0
	for end := runLength; end <= len(s); end++ {
		if end-copied < runLength || !isRun(end) {
			continue
		}
		masked.WriteString(s[copied:end-runLength] + mask)
		for end < len(s) && isRun(end+1) {
			end++
		}
		copied = end
	}
	if copied == 0 {
		return s
	}
	return strings.ToValidUTF8(masked.String()+s[copied:], "")
}

// Forms returns value in plain form, in upper and lower case, and as it is escaped in URLs, JSON, HTML, quoted strings
// and Basic credentials. An empty value has none.
func Forms(value string) []string {
	if value == "" {
		return nil
	}
	quoted := strconv.Quote(value)
	marshalled, _ := json.Marshal(value) // a string always marshals
	return []string{
		value, strings.ToLower(value), strings.ToUpper(value),
		url.QueryEscape(value), url.PathEscape(value), html.EscapeString(value),
		quoted[1 : len(quoted)-1], string(marshalled[1 : len(marshalled)-1]),
		base64.StdEncoding.EncodeToString([]byte(value)), base64.RawStdEncoding.EncodeToString([]byte(value)),
		base64.URLEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value)),
	}
}

// longestFirst sorts forms so that none is masked in part because another is its beginning.
func longestFirst(forms []string) []string {
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(forms)
}

func replacer(forms []string) *strings.Replacer {
	pairs := make([]string, 0, 2*len(forms))
	for _, form := range forms {
		pairs = append(pairs, form, mask)
	}
	return strings.NewReplacer(pairs...)
}

// lowerASCII returns s with the letters A to Z in lower case, byte by byte: no other character changes its length.
func lowerASCII(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return 'A' <= r && r <= 'Z' }) {
		return s
	}
	lower := []byte(s)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return string(lower)
}
