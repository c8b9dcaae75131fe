package content

import (
	"encoding/json"
	"slices"
	"strings"
)

// Limits of an outline.
const (
	outlineDepth   = 6
	outlineNodes   = 2000
	outlineText    = 1000 // bytes of one key or value
	outlineMembers = 2    // elements of one array
)

// node is a value in an outline.
type node struct {
	kind     byte // its first character, '0' for every number
	key      string
	text     string // of a string, number or word, shortened
	children []*node
	count    int64 // all elements or members, including those without a node
}

// outline contains the first levels of a JSON document, the first elements of each array, and the start of each text.
// It counts the other elements.
type outline struct {
	root  *node
	path  []*node // the open arrays and objects; nil if not in the outline
	depth int     // number of open ones below path
	nodes int
	key   []byte
	buf   []byte
	// The node that buf belongs to; nil to drop the text.
	value *node
	inKey bool
}

// current returns the innermost open array or object; nil if it is not in the outline.
func (o *outline) current() *node {
	if o.depth > 0 || len(o.path) == 0 {
		return nil
	}
	return o.path[len(o.path)-1]
}

func (o *outline) startKey() {
	o.inKey, o.buf = o.current() != nil, o.buf[:0]
}

func (o *outline) start(c byte) {
	parent := o.current()
	o.value = nil
	if parent != nil {
		parent.count++
	}
	container := c == '{' || c == '['
	wanted := o.root == nil || parent != nil && o.nodes < outlineNodes && len(o.path) < outlineDepth &&
		(parent.kind == '{' || parent.count <= outlineMembers)
	if !wanted {
		if container {
			o.depth++
		}
		return
	}
	if c == '-' || '0' <= c && c <= '9' {
		c = '0'
	}
	n := &node{kind: c, key: string(o.key)}
	o.key = o.key[:0]
	o.nodes++
	if parent == nil {
		o.root = n
	} else {
		parent.children = append(parent.children, n)
	}
	if container {
		o.path = append(o.path, n)
		return
	}
	o.value, o.buf = n, o.buf[:0]
}

func (o *outline) text(part []byte) {
	if o.inKey || o.value != nil {
		o.buf = append(o.buf, part[:min(len(part), outlineText-len(o.buf))]...)
	}
}

func (o *outline) endString() {
	switch {
	case o.inKey:
		o.key = append(o.key[:0], unescape(o.buf)...)
		o.inKey = false
	case o.value != nil:
		o.value.text = unescape(o.buf)
		o.value = nil
	}
}

func (o *outline) close() {
	if o.depth > 0 {
		o.depth--
		return
	}
	if len(o.path) > 0 {
		o.path = o.path[:len(o.path)-1]
	}
}

// unescape decodes the inside of a JSON string, which may be truncated.
func unescape(raw []byte) string {
	var text string
	if !strings.Contains(string(raw), `\`) || json.Unmarshal([]byte(`"`+string(raw)+`"`), &text) != nil {
		return string(raw)
	}
	return text
}

// isEmpty reports whether a value is null, false, zero, an empty text, or contains only such values.
func (n *node) isEmpty() bool {
	switch n.kind {
	case 'n', 'f':
		return true
	case '"':
		return strings.TrimSpace(n.text) == ""
	case '0':
		return strings.Trim(n.text, "-0.") == ""
	case '[':
		return n.count == 0
	case '{':
		for _, child := range n.children {
			if !child.isEmpty() {
				return false
			}
		}
		return n.count == int64(len(n.children))
	}
	return false
}

// shares reports whether two objects have a common key.
func (n *node) shares(other *node) bool {
	for _, child := range n.children {
		if slices.ContainsFunc(other.children, func(c *node) bool { return c.key == child.key }) {
			return true
		}
	}
	return false
}

// onlyArray returns the only member that is an array; nil if there are several, or members without a node.
func (n *node) onlyArray() *node {
	var only *node
	for _, child := range n.children {
		if child.kind == '[' && only != nil {
			return nil
		}
		if child.kind == '[' {
			only = child
		}
	}
	if n.count != int64(len(n.children)) {
		return nil
	}
	return only
}
