package filename

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxLength is the maximum length of a safe name in bytes. Common file systems allow 255, and callers add suffixes.
const maxLength = 200

// Safe reduces name to a base name that is an ordinary file on Linux, macOS and Windows: in Unicode's normal form C, at
// most 200 bytes, with extension, which is given without a dot. It is empty if nothing remains.
func Safe(name, extension string) string {
	// Repeat, because a cut can uncover an extension, and the removal of an extension a device name.
	for range 8 {
		next := safeOnce(name, extension)
		if next == name || next == "" {
			return next
		}
		name = next
	}
	return ""
}

// Stem returns a safe name without its extension.
func Stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

func safeOnce(name, extension string) string {
	name = strings.ToValidUTF8(name, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	// Normalize again, because the removal of an invisible character can bring two together that compose.
	name = norm.NFC.String(strings.Map(safeRune, norm.NFC.String(name)))
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
	if limit := maxLength - len(".") - len(extension); len(stem) > limit {
		for !utf8.RuneStart(stem[limit]) {
			limit--
		}
		if stem = trimStem(stem[:limit]); stem == "" {
			return ""
		}
	}
	return stem + "." + extension
}

func safeRune(r rune) rune {
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

func trimStem(name string) string {
	for {
		stem := strings.TrimRight(name, ". ")
		if i := strings.LastIndexByte(stem, '.'); i >= 0 && isReportExtension(stem[i+1:]) {
			stem = stem[:i]
		}
		// A combining mark at the start would attach to the character that is printed before the name.
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

// isDevice reports whether name is a device on Windows, which reads superscript digits as digits.
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
