package content

import (
	"bytes"
	"encoding/json"
	"strings"
)

// isJSON reports whether a text requested as CSV is JSON, valid or not: one document or several, truncated or with
// trailing text. typed means that the Content-Type is JSON, regular that the text is a table of several rows.
func isJSON(text []byte, eof, typed, regular bool) bool {
	text = bytes.TrimSpace(trimStart(text))
	if len(text) == 0 {
		return false
	}
	if text[0] != '{' && text[0] != '[' {
		return typed && (eof && json.Valid(text) || isScript(text))
	}
	if !startsJSON(text, 0) {
		return typed && !regular
	}
	end := valueEnd(text)
	if typed || end == len(text) {
		return true
	}
	rest := bytes.TrimLeft(text[end:], " ")
	if strings.IndexByte(separators, rest[0]) >= 0 {
		line, _, _ := bytes.Cut(rest[1:], []byte("\n"))
		return len(bytes.TrimSpace(line)) == 0
	}
	rest = bytes.TrimSpace(rest)
	return text[0] == '{' && end > len("{}") || len(rest) == 0 || rest[0] == '{' || rest[0] == '[' || rest[0] == '<'
}

// isScript reports whether a text is JSON after a guard or inside of a function call, as sent to browsers.
func isScript(text []byte) bool {
	for _, guard := range []string{")]}'", "while(1)", "for(;;)"} {
		if bytes.HasPrefix(text, []byte(guard)) {
			return true
		}
	}
	name, argument, called := bytes.Cut(text, []byte("("))
	argument = bytes.TrimSpace(argument)
	return called && !bytes.ContainsAny(name, " ,;\t\r\n\"") &&
		len(argument) > 0 && (argument[0] == '{' || argument[0] == '[')
}

// startsJSON reports whether a text that starts with a bracket continues as JSON: with a key and a colon, a JSON value,
// or the closing bracket. A text that ends earlier counts as JSON.
func startsJSON(text []byte, depth int) bool {
	inside := bytes.TrimSpace(text[1:])
	if len(inside) == 0 {
		return depth > 0
	}
	if text[0] == '{' {
		if inside[0] == '}' {
			return true
		}
		rest, ok := afterString(inside)
		return ok && (len(rest) == 0 || rest[0] == ':')
	}
	switch c := inside[0]; c {
	case ']':
		return true
	case '{', '[':
		return depth == maxBrackets || startsJSON(inside, depth+1)
	case '"':
		rest, ok := afterString(inside)
		return ok && (len(rest) == 0 || rest[0] == ',' || rest[0] == ']')
	}
	end := bytes.IndexAny(inside, ",] \t\r\n")
	if end < 0 {
		return false
	}
	rest := bytes.TrimSpace(inside[end:])
	word := string(inside[:end])
	return (word == "NaN" || json.Valid([]byte(word))) && (len(rest) == 0 || rest[0] == ',' || rest[0] == ']')
}

// maxBrackets is the maximum number of consecutive brackets that are read.
const maxBrackets = 16

// afterString returns the text after its first string, without white space; empty if the string is incomplete.
func afterString(text []byte) ([]byte, bool) {
	if text[0] != '"' {
		return nil, false
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return bytes.TrimSpace(text[i+1:]), true
		}
	}
	return nil, true
}

// valueEnd returns the position at which the brackets at the start of text are closed, or its length.
func valueEnd(text []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}
