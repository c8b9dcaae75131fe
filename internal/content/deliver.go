package content

import (
	"context"
	"errors"
	"io"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// Request describes the requested content and its limits.
type Request struct {
	Format Format
	Hints  Hints
	// MaxBytes limits the body and, separately, the bytes unpacked from it; 0 means no limit.
	MaxBytes   int64
	AllowEmpty bool                    // accepts an empty body as an empty report
	Part       bool                    // the report is a part of a split run
	Scratch    func() (Scratch, error) // opens a scratch file
}

// Delivered describes delivered content.
type Delivered struct {
	Format        Format   // the requested format, or ZIP if the content came in a wrapper
	Name          string   // the name of the file in the wrapper, unmasked; empty for bare content
	NameGuessed   bool     // the archive does not declare the character set of Name
	Members       []Member // the files of a requested ZIP in archive order; nil for other formats
	MembersSHA256 string   // the digest of Members, see [MembersSHA256]; empty for other formats
	Size          int64    // in bytes
	// RowCount is the number of CSV records without the header and blank lines, or of elements of a JSON document's only
	// array; nil if unknown.
	RowCount *int64
	// Columns are the headings of a CSV, or the keys of the first object in a JSON array; nil if unknown.
	Columns []string
}

// Deliver reads a body once, detects its format from its bytes, and writes the requested content to dst. After an error
// dst may contain a part of it. The error is an [*Error] if the body is not the requested content; failures of body,
// dst and scratch file, and the cause of ctx's end, are wrapped.
func Deliver(ctx context.Context, body io.Reader, req Request, dst Destination) (Delivered, error) {
	got, err := req.deliver(ctx, body, dst)
	if verdict, ok := errors.AsType[*Error](err); ok && verdict.Kind == Truncated && req.Hints.OpenEnd {
		verdict.Kind = CutOff
	}
	return got, err
}

func (req Request) deliver(ctx context.Context, body io.Reader, dst Destination) (Delivered, error) {
	r := newReader(ctx, body, req.MaxBytes)
	defer r.release()
	h, err := r.readHead(req.Hints.ContentType)
	if err != nil {
		return Delivered{}, err
	}
	archived := zipfile.StartsLike(h.data)
	switch {
	case h.isBlank():
		return req.nothing(req.Format)
	case req.Format == ZIP && archived:
		return req.deliverArchive(r, dst)
	case archived:
		return req.unwrap(r, dst)
	}
	got, err := req.deliverText(h, r, dst)
	got.Format = req.Format
	return got, err
}

// nothing handles a body without content.
func (req Request) nothing(delivered Format) (Delivered, error) {
	switch {
	case !req.AllowEmpty && req.Part:
		return Delivered{}, problem(Empty, "the part of the report is empty, or there is no such part")
	case !req.AllowEmpty:
		return Delivered{}, problem(Empty, "the report is empty")
	}
	got := Delivered{Format: delivered}
	if req.Format == ZIP {
		got.MembersSHA256 = MembersSHA256(nil)
	}
	return got, nil
}

// deliverText judges a report while dst reads it.
func (req Request) deliverText(h head, r *reader, dst Destination) (Delivered, error) {
	if err := h.check(req.Format, req.Hints); err != nil {
		return Delivered{}, err
	}
	j := judgeOf(req.Format, h, req.Hints)
	if err := r.follow(j); err != nil {
		return Delivered{}, err
	}
	size, err := fill(dst, r)
	if err != nil {
		return Delivered{}, err
	}
	got := Delivered{Size: size}
	got.RowCount, got.Columns = j.count()
	return got, nil
}

// deliverArchive writes a requested archive to dst, and then reads its members.
func (req Request) deliverArchive(r *reader, dst Destination) (Delivered, error) {
	got := Delivered{Format: ZIP}
	var err error
	got.Size, err = req.fillAndRead(r, dst, func(a *zipfile.Archive) error {
		a.MaxBytes = req.MaxBytes
		got.Members, err = readMembers(a)
		return err
	})
	switch {
	case err != nil:
		return Delivered{}, err
	case len(got.Members) == 0 && !req.AllowEmpty:
		return Delivered{}, problem(Empty, "the ZIP archive contains no file")
	}
	got.MembersSHA256 = MembersSHA256(got.Members)
	return got, nil
}

// fillAndRead writes an archive to dst, and reads it back from there, or from a scratch file if dst can't be read.
func (req Request) fillAndRead(r *reader, dst Destination, read func(*zipfile.Archive) error) (int64, error) {
	written := dst.ReadBack()
	if written == nil {
		scratch, err := req.openScratch()
		if err != nil {
			return 0, err
		}
		defer scratch.Close()
		r.tee, written = scratch, scratch
	}
	size, err := fill(dst, r)
	if err != nil {
		return size, err
	}
	a, err := zipfile.Open(r.ctx, written, size)
	if err == nil {
		err = read(a)
	}
	return size, archiveError(err)
}

// unwrap handles an archive where another format was requested: a workbook, or a wrapper around one file.
func (req Request) unwrap(r *reader, dst Destination) (Delivered, error) {
	scratch, err := req.openScratch()
	if err != nil {
		return Delivered{}, err
	}
	defer scratch.Close()
	packed, err := scratch.fill(r)
	if err != nil {
		return Delivered{}, err
	}
	a, err := zipfile.Open(r.ctx, scratch, packed)
	if err != nil {
		return Delivered{}, archiveError(err)
	}
	switch isPackage, err := checkPackage(a, req.Format); {
	case err != nil:
		return Delivered{}, err
	case isPackage:
		if err := expect(dst, packed); err != nil {
			return Delivered{}, err
		}
		workbook := newReader(r.ctx, io.NewSectionReader(scratch, 0, packed), 0)
		defer workbook.release()
		size, err := fill(dst, workbook)
		return Delivered{Format: req.Format, Size: size}, err
	}

	f, err := wrapped(a)
	if err != nil {
		return Delivered{}, err
	}
	a.MaxBytes = req.MaxBytes
	file, err := f.Open()
	if err != nil {
		return Delivered{}, archiveError(err)
	}
	defer file.Close()
	if err := expect(dst, f.Size); err != nil {
		return Delivered{}, err
	}
	req.Hints = Hints{Name: f.Name}
	got, err := req.deliverWrapped(newReader(r.ctx, file, 0), dst)
	got.Name, got.NameGuessed = f.Name, f.NameGuessed
	return got, err
}

// deliverWrapped writes the file in a wrapper to dst.
func (req Request) deliverWrapped(r *reader, dst Destination) (Delivered, error) {
	defer r.release()
	r.unpacked = true
	got := Delivered{Format: ZIP}
	h, err := r.readHead("")
	switch {
	case err != nil:
	case h.isBlank():
		return req.nothing(ZIP)
	case req.Format == Excel && zipfile.StartsLike(h.data):
		got.Size, err = req.fillAndRead(r, dst, func(a *zipfile.Archive) error {
			return mustBePackage(a, Excel)
		})
	case zipfile.StartsLike(h.data):
		err = h.archived(req.Format)
	default:
		got, err = req.deliverText(h, r, dst)
		got.Format = ZIP
	}
	return got, err
}

// Check judges the first size bytes of r, such as a saved file, as content, and returns its description without Members
// and MembersSHA256. It does not unwrap. Errors are those of [ReadMembers], or have the kind Empty.
func Check(ctx context.Context, r io.ReaderAt, size int64, format Format) (Delivered, error) {
	body := newReader(ctx, io.NewSectionReader(r, 0, size), 0)
	defer body.release()
	h, err := body.readHead("")
	switch {
	case err != nil:
		return Delivered{}, err
	case h.isBlank():
		return Request{Format: format}.nothing(format)
	case !zipfile.StartsLike(h.data):
		got, err := Request{Format: format}.deliverText(h, body, discard{})
		got.Format = format
		return got, err
	}
	a, err := zipfile.Open(ctx, r, size)
	switch {
	case err != nil:
	case format == ZIP && len(a.Files) == 0:
		err = problem(Empty, "the ZIP archive contains no file")
	case format == ZIP:
		_, err = readMembers(a)
	default:
		err = mustBePackage(a, format)
	}
	if err != nil {
		return Delivered{}, archiveError(err)
	}
	return Delivered{Format: format, Size: size}, nil
}

// discard is a destination that drops its content.
type discard struct{}

func (discard) Reset() error                    { return nil }
func (discard) Expect(int64) error              { return nil }
func (discard) ReadBack() io.ReaderAt           { return nil }
func (discard) Fill(r io.Reader) (int64, error) { return io.Copy(io.Discard, r) }
