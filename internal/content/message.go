package content

import (
	"bytes"
	"path"
	"strings"
)

// isMessage reports whether a text without rows and columns is a message. A report of one column can look the same, so
// the name in the archive, or the Content-Type of a single line of prose, must say that it is not a CSV.
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

// longestField returns the word count of the longest field.
func longestField(fields []string) int {
	most := 0
	for _, field := range fields {
		most = max(most, len(strings.Fields(field)))
	}
	return most
}

func isOtherName(name string) bool {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	extension := path.Ext(base)
	return otherExtensions[strings.TrimPrefix(extension, ".")] || messageNames[strings.TrimSuffix(base, extension)]
}

var (
	otherExtensions = wordSet("txt text log err out md html htm xml json yaml yml rtf pdf doc docx")
	messageNames    = wordSet("error errors readme read_me failure failed message notice warning info status")
)

// isProse reports whether a record of a text without columns has more than three words.
func isProse(text []byte) bool {
	for line := range bytes.Lines(text) {
		if len(bytes.Fields(line)) > 3 {
			return true
		}
	}
	return false
}
