package content

import (
	"bytes"
	"path"
	"strings"
)

// isMessage reports whether a text without rows and columns is a message and not a report. A report of one column may
// look the same, so its name in the archive has to say that it is something else, or the Content-Type with a single
// line that reads like a message.
func (h head) isMessage(shape table, name string) bool {
	switch {
	case isOtherName(name):
		return (shape.most < 2 || shape.least != shape.most) && isProse(h.text)
	case !h.eof || !h.plain && !h.page && !h.json || shape.records != 1:
		return false
	case shape.most > 1:
		return hasFailureWord(string(h.text)) && longestField(shape.header) > 4
	}
	unended := !bytes.ContainsAny(h.text, "\r\n") && (h.json || bytes.IndexByte(h.text, ' ') > 0)
	return unended || hasFailureWord(string(h.text))
}

// longestField returns the most words of a field.
func longestField(fields []string) int {
	most := 0
	for _, field := range fields {
		most = max(most, len(strings.Fields(field)))
	}
	return most
}

// isOtherName reports whether a file's name says that it is not a CSV.
func isOtherName(name string) bool {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	extension := path.Ext(base)
	return otherExtensions[strings.TrimPrefix(extension, ".")] || messageNames[strings.TrimSuffix(base, extension)]
}

var (
	otherExtensions = wordSet("txt text log err out md html htm xml json yaml yml rtf pdf doc docx")
	messageNames    = wordSet("error errors readme read_me failure failed message notice warning info status")
)

// isProse reports whether a text without columns is a sentence or several and not a list of values: a record has more
// than three words.
func isProse(text []byte) bool {
	for line := range bytes.Lines(text) {
		if len(bytes.Fields(line)) > 3 {
			return true
		}
	}
	return false
}
