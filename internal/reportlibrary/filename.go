package reportlibrary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// filenameLength is the greatest length of a suggested name in bytes. Every common file system takes 255; the rest is
// room for what a caller adds to the name.
const filenameLength = 200

// suggestedFilename returns the server's name for a content, made safe: the member's name if it was wrapped, else the
// one in the header Content-Disposition. It is empty if neither says anything usable.
func suggestedFilename(contentDisposition, memberName string, wrapped bool, format Format) string {
	if wrapped {
		if name := SanitizeFilename(memberName, format); name != "" {
			return name
		}
	}
	return SanitizeFilename(dispositionFilename(contentDisposition), format)
}

// SanitizeFilename reduces a name from anywhere to a base name that Linux, macOS and Windows take as an ordinary file
// in the current folder: in Unicode's normal form C, at most 200 bytes, with the extension of format. It is empty if
// nothing is left. The result is its own result.
func SanitizeFilename(name string, format Format) string {
	// A cut can uncover an extension, a removed extension a device name: go on until nothing changes.
	for range 8 {
		next := sanitizeFilename(name, format)
		if next == name || next == "" {
			return next
		}
		name = next
	}
	return ""
}

func sanitizeFilename(name string, format Format) string {
	name = strings.ToValidUTF8(name, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	// Removing an invisible character can bring two together that compose, hence the second time.
	name = norm.NFC.String(strings.Map(filenameRune, norm.NFC.String(name)))
	for strings.Contains(name, "..") {
		name = strings.ReplaceAll(name, "..", ".")
	}
	stem := trimStem(name)
	if stem == "" {
		return ""
	}
	if isDevice(stem) {
		stem = "_" + stem
	}
	extension := "." + format.Extension()
	if limit := filenameLength - len(extension); len(stem) > limit {
		for !utf8.RuneStart(stem[limit]) {
			limit--
		}
		if stem = trimStem(stem[:limit]); stem == "" {
			return ""
		}
	}
	return stem + extension
}

// filenameRune maps a character of a name to one that every file system takes, or to none.
func filenameRune(r rune) rune {
	switch {
	case strings.ContainsRune(`<>:"|?*`, r):
		return '_'
	case unicode.IsControl(r):
		return -1
	case unicode.IsSpace(r):
		return ' '
	case !unicode.IsGraphic(r), unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return -1
	default:
		return r
	}
}

// trimStem takes away what may not start or end a name, and every extension of a report format.
func trimStem(name string) string {
	for {
		stem := strings.TrimRight(name, ". ")
		if i := strings.LastIndexByte(stem, '.'); i >= 0 && isReportExtension(stem[i+1:]) {
			stem = stem[:i]
		}
		// A combining mark at the start would attach to whatever is printed before the name.
		stem = strings.TrimLeftFunc(stem, func(r rune) bool { return r == '.' || r == ' ' || unicode.IsMark(r) })
		if stem == name {
			return stem
		}
		name = stem
	}
}

func isReportExtension(extension string) bool {
	switch strings.ToLower(extension) {
	case "csv", "json", "xlsx", "xls", "zip":
		return true
	default:
		return false
	}
}

// isDevice reports whether Windows takes the name for a device: it looks at what stands before the first dot, and
// takes superscript digits for digits.
func isDevice(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	base = strings.ToUpper(strings.TrimRight(base, " "))
	switch base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	digit, isPort := strings.CutPrefix(base, "COM")
	if !isPort {
		digit, isPort = strings.CutPrefix(base, "LPT")
	}
	return isPort && utf8.RuneCountInString(digit) == 1 && strings.ContainsAny(digit, "123456789¹²³")
}
