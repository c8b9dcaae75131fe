package content

import (
	"cmp"
	"strconv"
	"strings"
)

// failure is an error reported by a JSON document.
type failure struct {
	code, message string
}

func (f failure) words() string {
	switch {
	case f.code == "" || f.message == "":
		return f.code + f.message
	default:
		return f.code + ": " + f.message
	}
}

// maxEnvelopes is the maximum number of nested objects with one member that are opened.
const maxEnvelopes = 4

// failureOf detects a JSON document that reports an error: an object, alone or in an array, with a sign of failure and
// without rows. It does not depend on one service's field names.
func failureOf(root *node) (failure, bool) {
	for range maxEnvelopes {
		switch inner := root.only(); {
		case root.kind == '[' && root.count == 1 && inner != nil && inner.kind == '{':
			return failureOfObject(inner, true)
		case root.kind != '{':
			return failure{}, false
		case inner != nil && inner.kind == '{' && !isErrorKey(plainKey(inner.key)):
			if f, ok := failureOfObject(root, false); ok {
				return f, true
			}
			root = inner
			continue
		}
		break
	}
	return failureOfObject(root, false)
}

// only returns the only child that is not empty, or nil.
func (n *node) only() *node {
	var only *node
	for _, child := range n.children {
		if child.isEmpty() {
			continue
		}
		if only != nil {
			return nil
		}
		only = child
	}
	return only
}

type signs struct {
	failure
	errors   int  // fields that are named after an error
	failing  bool // a status of 400 or more, or success denied
	success  bool // success stated
	messages int  // texts for a reader
	unknown  int  // fields that errors do not have
	vacant   int  // empty lists, as in a report without rows
	fields   int  // fields that are not empty
	rows     bool // data in rows
	bad      bool // a word of failure in a code, message or title
	title    string
}

// failureOfObject weighs signs of failure against fields that errors do not have. An object in an array is probably a
// row, so it also needs a field named after an error.
func failureOfObject(object *node, inArray bool) (failure, bool) {
	var s signs
	for _, child := range object.children {
		s.add(child)
	}
	s.unknown += int(object.count) - len(object.children)
	s.message = cmp.Or(s.message, s.title)
	switch {
	case s.rows: // incomplete rows, if all other fields describe an error
		return s.failure, s.errors > 0 && (s.failing || s.unknown == 0)
	case s.errors > 0 && s.unknown <= s.errors+s.messages+1:
		return s.failure, true
	case inArray || s.success:
		return s.failure, false
	case s.failing && (s.unknown == 0 || s.messages > 0 && s.unknown <= s.messages+2):
		return s.failure, true
	default:
		return s.failure, s.messages > 0 && s.unknown == 0 && (s.bad || s.vacant == 0 && s.fields <= 3)
	}
}

func (s *signs) add(n *node) {
	key := plainKey(n.key)
	if successKeys[key] && (n.isEmpty() && n.kind != 'n' || strings.EqualFold(n.text, "false")) {
		s.failing = true
		return
	}
	if n.isEmpty() {
		if n.kind == '[' && !neutralKeys[key] && !messageKeys[key] && !isErrorKey(key) {
			s.vacant++
		}
		s.success = s.success || codeKeys[key] && n.kind == '0' // code 0
		return
	}
	s.fields++
	switch {
	case successKeys[key]:
		s.success = s.success || n.kind == 't'
	case codeKeys[key]:
		s.addCode(n)
	case isErrorKey(key):
		s.addError(n)
	case messageKeys[key] && (n.kind == '"' || n.kind == '[' && !hasRows(n)):
		s.messages++
		s.say("", n.sentence())
	case hasRows(n) && (!neutralKeys[key] || key == "details"):
		s.rows = true
	case key == "type" && hasErrorName(n.text):
		s.errors++
	case key == "type" && isProblemType(n.text):
		s.messages++
	case key == "title" || key == "description":
		s.title = cmp.Or(s.title, n.sentence())
		s.bad = s.bad || hasFailureWord(s.title)
	case key == "id" && n.kind == '"' && strings.ContainsAny(n.text, "_ ") && s.code == "":
		s.say(n.text, "")
	case neutralKeys[key]:
	case n.kind == '{' && n.isFailing():
		s.failing = true
	default:
		s.unknown++
	}
}

func (n *node) isFailing() bool {
	var s signs
	for _, child := range n.children {
		s.add(child)
	}
	return s.failing && s.unknown == 0
}

func (s *signs) addCode(n *node) {
	if n.kind == '{' || n.kind == '[' {
		s.unknown++
		s.rows = s.rows || hasRows(n)
		return
	}
	status, err := strconv.Atoi(n.text)
	word := strings.ToLower(n.text)
	switch {
	case err == nil && status >= 400 && status <= 599, failureStates[word]:
		s.failing = true
	case err == nil && status >= 200 && status <= 299, successStates[word]:
		s.success = true
	case err != nil && plainKey(n.key) == "code":
		s.messages++ // the API's flat shape, or one without a message
	}
	s.say(n.text, "")
}

func (s *signs) addError(n *node) {
	if hasRows(n) {
		s.rows = true
		return
	}
	s.errors++
	if n.kind == '"' && strings.HasSuffix(plainKey(n.key), "code") {
		s.say(n.text, "")
		return
	}
	entry := n
	if n.kind == '[' && len(n.children) > 0 {
		entry = n.children[0]
	}
	if entry.kind != '{' {
		s.say("", entry.sentence())
		return
	}
	inner := signs{}
	for _, child := range entry.children {
		inner.add(child)
	}
	s.say(inner.code, cmp.Or(inner.message, inner.title))
}

func (s *signs) say(code, message string) {
	s.code, s.message = cmp.Or(s.code, code), cmp.Or(s.message, message)
	s.bad = s.bad || hasFailureWord(code+" "+message)
}

func (n *node) sentence() string {
	if n.kind == '[' && len(n.children) > 0 {
		return n.children[0].sentence()
	}
	if n.kind == '"' || n.kind == '0' {
		return n.text
	}
	return ""
}

// hasRows reports whether a value contains rows of a report: an array of arrays or objects, alone or in an object,
// unless its elements describe errors.
func hasRows(n *node) bool {
	switch {
	case n.kind == '[' && len(n.children) > 0:
		first := n.children[0]
		return first.kind == '[' || first.kind == '{' && !first.isErrorEntry(isErrorKey(plainKey(n.key)))
	case n.kind == '{' && !isErrorKey(plainKey(n.key)):
		for _, child := range n.children {
			if !isErrorKey(plainKey(child.key)) && hasRows(child) {
				return true
			}
		}
	}
	return false
}

// isErrorEntry reports whether an object in a list describes an error: it has at least as many messages and codes as
// fields that errors do not have, and at least one unless the list is named after errors.
func (n *node) isErrorEntry(inErrors bool) bool {
	known, unknown := 0, 0
	for _, child := range n.children {
		switch key := plainKey(child.key); {
		case codeKeys[key], messageKeys[key], isErrorKey(key):
			known++
		case !neutralKeys[key] && key != "loc" && key != "locations":
			unknown++
		}
	}
	return unknown <= known && (known > 0 || inErrors)
}
