package rows

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

const (
	headSize  = 64 << 10
	blockSize = 64 << 10
)

const (
	formatCSV  = "CSV"
	formatJSON = "JSON"
)

// source reads a file, digests it, and stops when ctx ends.
type source struct {
	ctx    context.Context //nolint:containedctx // a source is used within one call
	file   *io.SectionReader
	digest hash.Hash
}

func (s *source) Read(p []byte) (int, error) {
	if s.ctx.Err() != nil {
		return 0, context.Cause(s.ctx)
	}
	n, err := s.file.Read(p)
	s.digest.Write(p[:n])
	return n, err
}

// file reads one file. It returns a *HashError unless the content has the SHA-256 want (hex; empty for any).
func (s *scan) file(ctx context.Context, path, want string) error {
	file, err := atomicfile.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	s.path, s.rows = path, 0
	src := &source{ctx: ctx, file: io.NewSectionReader(file, 0, 1<<62), digest: sha256.New()}
	err = s.read(path, src)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if want == "" {
		return err
	}
	if _, drained := io.CopyBuffer(struct{ io.Writer }{io.Discard}, src, make([]byte, blockSize)); drained != nil {
		return errors.Join(err, drained)
	}
	if got := hex.EncodeToString(src.digest.Sum(nil)); got != want {
		return &HashError{Path: path, Want: want, Got: got}
	}
	return err
}

// read detects the format of a file and reads its rows.
func (s *scan) read(path string, src io.Reader) error {
	head := make([]byte, headSize)
	n, err := io.ReadFull(src, head)
	eof := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !eof {
		return err
	}
	head = head[:n]
	for _, magic := range []string{"PK\x03\x04", "PK\x05\x06", "\xd0\xcf\x11\xe0"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return &ReadError{path, "is a ZIP archive or workbook: rows can be read from CSV and JSON only"}
		}
	}
	decoder := content.NewTextDecoder(head, eof)
	text := decoder.Decode(head)
	format := formatCSV
	if startsJSON(text) {
		format = formatJSON
	}
	if s.format != "" && s.format != format {
		return &ReadError{path, "is " + format + ", and " + s.query.Paths[0] + " is " + s.format}
	}
	s.format = format
	if format == formatJSON {
		return s.readJSON(path, &decodedReader{decoder: decoder, src: src, text: bytes.Clone(text)})
	}
	r := newCSVReader(decoder.Separator)
	f := &csvFile{scan: s, path: path, reader: r}
	r.record = f.record
	if err := r.write(text); err != nil {
		return f.problem(err)
	}
	block := make([]byte, blockSize)
	for !eof {
		n, err := src.Read(block)
		if err := r.write(decoder.Decode(block[:n])); err != nil {
			return f.problem(err)
		}
		if eof = errors.Is(err, io.EOF); err != nil && !eof {
			return err
		}
	}
	if err := r.end(); err != nil {
		return f.problem(err)
	}
	return f.end()
}

// startsJSON reports whether a text starts with an object or an array of objects. A CSV header does not.
func startsJSON(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) < 2 || text[0] != '[' && text[0] != '{' {
		return false
	}
	next := bytes.TrimLeft(text[1:], " \t\r\n")
	if len(next) == 0 {
		return false
	}
	if text[0] == '[' {
		return next[0] == '{' || next[0] == ']'
	}
	return next[0] == '"' || next[0] == '}'
}
