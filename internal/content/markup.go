package content

import (
	"bytes"
	"strings"
)

// tag is the first HTML or XML tag of a text.
type tag struct {
	name        string // in lower case
	declaration bool   // a doctype, comment, CDATA section or processing instruction
	closing     bool
	empty       bool // it closes itself
	attribute   bool // it has an attribute with a value
	quoted      bool // that value is quoted
	rest        []byte
}

// pageTags start a document.
var pageTags = map[string]bool{"html": true, "head": true, "body": true, "script": true}

// textTags are the HTML tags that can start a fragment of a page, and that text follows.
var textTags = wordSet(`
	a abbr address article aside b big blockquote br button caption center code dd div dl dt em fieldset font footer form
	frameset h1 h2 h3 h4 h5 h6 header hr i iframe img input label legend li link main meta nav noscript ol p pre section
	small span strong style table tbody td th thead title tr tt u ul`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// readTag reads the tag at the start of text. A heading such as "<30 days" is not a tag.
func readTag(text []byte) (tag, bool) {
	if len(text) < 2 || text[0] != '<' {
		return tag{}, false
	}
	for _, start := range []string{"<!doctype", "<!--", "<![cdata[", "<?xml", "<?php", "<%@"} {
		if len(text) >= len(start) && strings.EqualFold(string(text[:len(start)]), start) {
			return tag{declaration: true}, true
		}
	}
	t := tag{closing: text[1] == '/'}
	text = text[1:]
	if t.closing {
		text = text[1:]
	}
	end := 0
	for end < len(text) && isNameByte(text[end], end == 0) {
		end++
	}
	t.name = strings.ToLower(string(text[:end]))
	if end == 0 || end == len(text) {
		return t, false
	}
	return t, t.readAttributes(text[end:])
}

func isNameByte(c byte, first bool) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
		return true
	default:
		return !first && ('0' <= c && c <= '9' || c == '-' || c == '.' || c == ':')
	}
}

// readAttributes reads the rest of a tag after its name, and reports whether it is valid.
func (t *tag) readAttributes(text []byte) bool {
	var quote byte
	line := false
	for i, c := range text[:min(len(text), maxTag)] {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case i == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '/' && c != '>':
			return false
		case c == '>':
			t.empty = t.empty && text[i-1] == '/'
			t.rest = text[i+1:]
			return t.attribute || !line
		case c == '<':
			return false
		case c == '/':
			t.empty = true
		case c == '\n' || c == '\r':
			line = true
		case c == '=' && i > 1:
			t.attribute = true
			if next := bytes.TrimLeft(text[i+1:], " "); len(next) > 0 && (next[0] == '"' || next[0] == '\'') {
				t.quoted = true
			}
		case (c == '"' || c == '\'') && t.attribute:
			quote = c
		}
	}
	return t.attribute // the tag is incomplete
}

// maxTag is the number of bytes of a tag that are read.
const maxTag = 4 << 10

// isPage reports whether a text is HTML or XML. A CSV's first heading can look like a tag. typed means that the
// Content-Type is HTML or XML, regular that the text is also a table.
func isPage(text []byte, typed, regular bool) bool {
	text = trimStart(text)
	t, ok := readTag(text)
	if !ok {
		return typed && !regular && containsTag(text)
	}
	if t.declaration || t.closing {
		return true
	}
	follow := bytes.TrimLeft(t.rest, " ")
	separated := len(follow) > 0 && strings.IndexByte(separators+"|", follow[0]) >= 0
	switch {
	case t.quoted:
		return true
	case separated:
		return typed && !regular
	case pageTags[t.name], t.attribute, t.empty:
		return true
	case regular:
		return false
	case typed, hasClosing(t.rest, t.name):
		return true
	}
	return t.leadsToText()
}

// leadsToText reports whether text follows the tag, or the tags after it, on the same line. A heading that looks like a
// tag has a separator, a line end, or another word of the heading there.
func (t tag) leadsToText() bool {
	for {
		follow := bytes.TrimLeft(t.rest, " ")
		spaced := len(follow) < len(t.rest)
		next, ok := readTag(bytes.TrimSpace(follow))
		switch {
		case ok && (next.closing || next.attribute || next.empty || next.declaration):
			return true
		case ok:
			t = next
			continue
		case len(follow) == 0 || follow[0] == '\r' || follow[0] == '\n' || strings.IndexByte(separators+"|", follow[0]) >= 0:
			return false
		}
		return !spaced || textTags[t.name]
	}
}

func hasClosing(text []byte, name string) bool {
	for {
		_, after, found := bytes.Cut(text, []byte("</"))
		if !found {
			return false
		}
		if len(after) >= len(name) && strings.EqualFold(string(after[:len(name)]), name) {
			return true
		}
		text = after
	}
}

func containsTag(text []byte) bool {
	for {
		i := bytes.IndexByte(text, '<')
		if i < 0 {
			return false
		}
		text = text[i:]
		if t, ok := readTag(text); ok && (t.declaration || pageTags[t.name] || textTags[t.name]) {
			return true
		}
		text = text[1:]
	}
}
