package content

import (
	"fmt"
)

// maxDepth is the maximum nesting of JSON, as in encoding/json.
const maxDepth = 10_000

// jsonState is the part of the text that jsonScanner expects next.
type jsonState uint8

const (
	jsonValue        jsonState = iota // a value
	jsonFirstElement                  // a value or the end of the array
	jsonFirstKey                      // a key or the end of the object
	jsonKey                           // a key
	jsonColon
	jsonNext // a comma, or the end of the array or object
	jsonString
	jsonEscape
	jsonHex
	jsonWord     // the rest of true, false or null
	jsonMinus    // a digit
	jsonZero     // after a leading zero: a dot or an exponent
	jsonInteger  // further digits, a dot or an exponent
	jsonDot      // a digit
	jsonFraction // further digits or an exponent
	jsonExponent // a sign or a digit
	jsonSign     // a digit
	jsonPower    // further digits
	jsonDone     // white space
)

// jsonScanner validates JSON as encoding/json does, in one pass over pieces, and outlines it.
type jsonScanner struct {
	state   jsonState
	stack   []byte // the open arrays and objects, by their first character
	isKey   bool   // the current string is a key
	word    string
	hex     int
	offset  int64 // of the current piece
	outline outline
	latest  []byte // the start of the latest element of the outermost array, and the text after it
}

// jsonError is the position and reason of invalid JSON.
type jsonError struct {
	offset int64 // in bytes of the text
	reason string
	after  bool // the text continues after a complete document
}

func (e *jsonError) Error() string { return fmt.Sprintf("%s after %d bytes", e.reason, e.offset) }

// isPlain contains the bytes that need not be escaped in a string.
var isPlain = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return is
}()

func (s *jsonScanner) write(p []byte) *jsonError {
	element := 0 // position of the latest element in p
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch s.state {
		case jsonString:
			start := i
			for i < len(p) && isPlain[p[i]] {
				i++
			}
			s.outline.text(p[start:i])
			if i == len(p) {
				continue
			}
			switch c = p[i]; c {
			case '"':
				s.outline.endString()
				s.state = jsonNext
				if s.isKey {
					s.state = jsonColon
				} else if len(s.stack) == 0 {
					s.state = jsonDone
				}
			case '\\':
				s.outline.text(p[i : i+1])
				s.state = jsonEscape
			default:
				return s.fail(i, "a control character in a string")
			}
		case jsonEscape:
			s.outline.text(p[i : i+1])
			switch c {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				s.state = jsonString
			case 'u':
				s.state, s.hex = jsonHex, 4
			default:
				return s.fail(i, "an invalid escape in a string")
			}
		case jsonHex:
			s.outline.text(p[i : i+1])
			if !isHex(c) {
				return s.fail(i, "an invalid escape in a string")
			}
			if s.hex--; s.hex == 0 {
				s.state = jsonString
			}
		case jsonWord:
			if c != s.word[0] {
				return s.fail(i, "an unknown word")
			}
			if s.word = s.word[1:]; s.word == "" {
				s.endScalar()
			}
		default:
			if c <= ' ' && s.state < jsonString || s.state == jsonDone {
				if c == ' ' || c == '\n' || c == '\r' || c == '\t' {
					continue
				}
			}
			if s.state >= jsonMinus && s.state <= jsonPower {
				if next, ok := s.number(c); ok {
					s.state = next
					s.outline.text(p[i : i+1])
					continue
				}
				if s.state != jsonZero && s.state != jsonInteger && s.state != jsonFraction && s.state != jsonPower {
					return s.fail(i, "an invalid number")
				}
				s.endScalar()
				i-- // the byte comes after the number
				continue
			}
			if len(s.stack) == 1 && s.state <= jsonFirstElement && s.stack[0] == '[' {
				element, s.latest = i, s.latest[:0]
			}
			if reason := s.token(c); reason != "" {
				return s.fail(i, reason)
			}
		}
	}
	s.offset += int64(len(p))
	if len(s.stack) == 0 || s.stack[0] == '[' {
		s.latest = append(s.latest, p[element:][:min(len(p)-element, maxRecord-len(s.latest))]...)
	}
	return nil
}

// token reads a character outside of strings, numbers and words. It returns a reason if the character is invalid.
func (s *jsonScanner) token(c byte) string {
	switch {
	case s.state == jsonDone:
		return "something else"
	case s.state == jsonNext && c == ',':
		s.state = jsonValue
		if s.stack[len(s.stack)-1] == '{' {
			s.state = jsonKey
		}
	case c == ']' && (s.state == jsonNext || s.state == jsonFirstElement) && s.stack[len(s.stack)-1] == '[',
		c == '}' && (s.state == jsonNext || s.state == jsonFirstKey) && s.stack[len(s.stack)-1] == '{':
		s.outline.close()
		s.stack = s.stack[:len(s.stack)-1]
		s.endValue()
	case s.state == jsonColon && c == ':':
		s.state = jsonValue
	case s.state == jsonKey && c == '"', s.state == jsonFirstKey && c == '"':
		s.outline.startKey()
		s.state, s.isKey = jsonString, true
	case s.state == jsonValue, s.state == jsonFirstElement:
		return s.startValue(c)
	default:
		return "an unexpected character"
	}
	return ""
}

func (s *jsonScanner) startValue(c byte) string {
	s.outline.start(c)
	switch c {
	case '{', '[':
		if len(s.stack) == maxDepth {
			return "too deep a nesting"
		}
		s.stack = append(s.stack, c)
		s.state = jsonFirstElement
		if c == '{' {
			s.state = jsonFirstKey
		}
	case '"':
		s.state, s.isKey = jsonString, false
	case 't':
		s.state, s.word = jsonWord, "true"[1:]
	case 'f':
		s.state, s.word = jsonWord, "false"[1:]
	case 'n':
		s.state, s.word = jsonWord, "null"[1:]
	case '-':
		s.state = jsonMinus
	case '0':
		s.state = jsonZero
	case '1', '2', '3', '4', '5', '6', '7', '8', '9':
		s.state = jsonInteger
	default:
		return "an unexpected character"
	}
	if s.state >= jsonMinus {
		s.outline.text([]byte{c})
	}
	return ""
}

// number returns the state after another character of a number. ok is false if c does not continue it.
func (s *jsonScanner) number(c byte) (jsonState, bool) {
	digit := '0' <= c && c <= '9'
	switch s.state {
	case jsonMinus:
		if c == '0' {
			return jsonZero, true
		}
		return jsonInteger, digit
	case jsonDot, jsonFraction:
		if digit {
			return jsonFraction, true
		}
	case jsonExponent:
		if c == '+' || c == '-' {
			return jsonSign, true
		}
		return jsonPower, digit
	case jsonSign, jsonPower:
		return jsonPower, digit
	case jsonInteger:
		if digit {
			return jsonInteger, true
		}
	default:
	}
	switch {
	case c == '.' && (s.state == jsonZero || s.state == jsonInteger):
		return jsonDot, true
	case (c == 'e' || c == 'E') && s.state != jsonDot:
		return jsonExponent, true
	}
	return 0, false
}

func (s *jsonScanner) endScalar() {
	s.outline.endString()
	s.endValue()
}

func (s *jsonScanner) endValue() {
	s.state = jsonNext
	if len(s.stack) == 0 {
		s.state = jsonDone
	}
}

func (s *jsonScanner) fail(i int, reason string) *jsonError {
	return &jsonError{offset: s.offset + int64(i), reason: reason, after: s.state == jsonDone}
}

func (s *jsonScanner) end() bool {
	if len(s.stack) == 0 {
		switch s.state {
		case jsonZero, jsonInteger, jsonFraction, jsonPower:
			s.endScalar()
		default:
		}
	}
	return s.state == jsonDone
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
