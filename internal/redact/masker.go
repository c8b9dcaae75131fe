// Package redact masks secrets by value, and makes text from a server safe for messages and logs.
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

const mask = "***"

const (
	// runLength is the length in bytes of the shortest part of a secret that is masked in text, because a server or
	// proxy may have cut the secret before it echoed it.
	runLength = 12
	// minDataLength is the length in bytes of the shortest secret that is masked in data, because a key such as "test"
	// would change every report name that contains the word.
	minDataLength = 8
)

// Masker masks a fixed set of secrets. It is safe for concurrent use; a nil Masker masks nothing.
type Masker struct {
	texts *strings.Replacer
	data  *strings.Replacer
	forms []string            // longest first
	runs  map[string]struct{} // every part of runLength bytes, in lower case
}

// New returns a Masker of the non-empty values, in all of their [Forms].
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

// Text masks secrets in s in either case, and every part of a secret of at least 12 bytes.
func (m *Masker) Text(s string) string {
	if m == nil {
		return s
	}
	return m.maskRuns(m.texts.Replace(s))
}

// Data masks whole secrets of at least 8 bytes in the string fields and elements that the pointer v refers to.
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

// Excerpt masks the secrets in text and returns at most limit characters of it as one line, see [Line]. If truncated,
// text is the start of a longer text, and an incomplete secret at its end is dropped.
func (m *Masker) Excerpt(text string, truncated bool, limit int) string {
	// Mask before Line, which may fold white space in a secret, and after, because a hidden character may split one.
	if m != nil {
		text = m.texts.Replace(text)
	}
	text = m.Text(Line(text, len(text)))
	if truncated {
		text = m.withoutStart(text)
	}
	return Line(text, limit)
}

// minStart is the length in bytes of the shortest incomplete secret to drop; text ends with a shorter one by chance.
const minStart = 4

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

// Forms returns value as is, in upper and lower case, and escaped for URLs, JSON, HTML, quoted strings and Basic
// credentials. It returns nil for an empty value.
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

// longestFirst sorts forms so that a form is replaced before another form that is its prefix.
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

// lowerASCII lowers A to Z only, so that byte positions stay the same.
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
