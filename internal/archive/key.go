package archive

import (
	"strconv"
	"strings"
)

// Key identifies an archived file: "<run identifier>", or "<run identifier>/<part>" for a part of a split run. It
// ignores the case of the run identifier.
type Key string

// NewKey returns the key of a run, or of a part if part is not nil.
func NewKey(run string, part *int64) Key {
	if part == nil {
		return Key(run)
	}
	return Key(run + "/" + strconv.FormatInt(*part, 10))
}

// Run returns the run identifier.
func (k Key) Run() string {
	run, _, _ := strings.Cut(string(k), "/")
	return run
}

// Part returns the number of the part; nil for an unsplit run.
func (k Key) Part() *int64 {
	_, text, split := strings.Cut(string(k), "/")
	part, err := strconv.ParseInt(text, 10, 64)
	if !split || err != nil {
		return nil
	}
	return &part
}

// fold returns the same key for every spelling of the run identifier.
func (k Key) fold() string { return strings.ToLower(string(k)) }
