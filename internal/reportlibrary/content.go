package reportlibrary

import (
	"context"
	"fmt"
	"io"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/filename"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// Destination takes the content of a download. If it is also an io.ReaderAt, an archive that is the content is read
// back from it instead of from a spool of its own.
type Destination interface {
	io.Writer
	// Reset discards all that was written; it is called before every further attempt.
	Reset() error
}

// SizeHinter is implemented by a Destination that wants to know in advance how many bytes are announced, to refuse
// what cannot fit. The announced size is a claim of the server's, not yet a fact.
type SizeHinter interface {
	// Expect returns an error if size bytes more can't be taken.
	Expect(size int64) error
}

// Filler is implemented by a Destination with buffers of its own, which a content is read straight into. It is no
// io.ReaderFrom, which many a writer has by accident, from a buffer embedded in it.
type Filler interface {
	// Fill writes everything that r yields until io.EOF. Errors of r come back as they are.
	Fill(r io.Reader) (int64, error)
}

// Spool is a scratch file for a body that has to be complete before it can be read.
type Spool interface {
	io.Writer
	io.ReaderAt
	// Close releases the spool and what it holds.
	io.Closer
}

// contentRequest says what is wanted from a body.
type contentRequest struct {
	format     Format
	maxBytes   int64 // 0: no limit. Counts what arrives and, separately, what is unpacked from it
	allowEmpty bool
	split      bool // a part of a split run
	spool      func() (Spool, error)
	redact     func(string) string // masks secrets in snippets and names; never nil
}

// content says what a body turned out to be.
type content struct {
	deliveredFormat Format          // the requested one, or FormatZIP when it was wrapped
	member          filename.Member // the unwrapped one, without a name if bare
	members         []Member        // for a requested ZIP, in archive order, files only; nil otherwise
	membersSHA256   string          // for ZIP; lower-case hex
	size            int64           // bytes written to dst
}

// deliver reads body once, decides by its bytes what it is, and writes the content that was asked for to dst.
//
// A verdict about the bytes is a *ContentError; a failure of body, dst, or spool comes back wrapped. After an error dst
// may hold a part of the content.
func deliver(ctx context.Context, body io.Reader, req contentRequest, dst Destination) (content, error) {
	src := &source{ctx: ctx, r: body, limit: req.maxBytes}
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	start, err := readOpening(src, buf[:openingSize])
	if err != nil {
		return content{}, err
	}
	switch {
	case start.isBlank():
		return req.deliverNothing(req.format)
	case req.format == FormatZIP:
		return req.deliverArchive(ctx, start, src, dst)
	case zipfile.StartsLike(start.data):
		return req.unwrap(ctx, start, src, dst)
	}
	size, err := req.copyReport(start, src, dst)
	return content{deliveredFormat: req.format, size: size}, err
}

// deliverNothing is the end of every way to have no content: whichever it was, what is delivered are zero bytes.
func (req contentRequest) deliverNothing(delivered Format) (content, error) {
	if !req.allowEmpty {
		reason := "the report is empty"
		if req.split {
			reason = "the part of the report is empty, or there is no such part"
		}
		return content{}, contentProblem(ContentEmpty, "%s", reason)
	}
	return content{deliveredFormat: delivered, membersSHA256: emptyMembersSHA256(req.format)}, nil
}

// deliverArchive writes an archive to dst as it comes, and reads its members afterwards.
func (req contentRequest) deliverArchive(
	ctx context.Context, start opening, rest io.Reader, dst Destination,
) (content, error) {
	if err := req.checkOpening(start); err != nil {
		return content{}, err
	}
	got := content{deliveredFormat: FormatZIP}
	var err error
	got.size, err = req.copyArchive(ctx, start, rest, dst, func(a *zipfile.Archive) error {
		a.MaxBytes = req.maxBytes
		got.members, err = readMembers(a, req.redact)
		return err
	})
	if err != nil {
		return content{}, err
	}
	if len(got.members) == 0 && !req.allowEmpty {
		return content{}, contentProblem(ContentEmpty, "the ZIP archive contains no file")
	}
	got.membersSHA256 = MembersSHA256(got.members)
	return got, nil
}

// copyArchive writes an archive to dst, and has check look at it as it was written: in dst itself if that can be read,
// else in a spool.
func (req contentRequest) copyArchive(
	ctx context.Context, start opening, rest io.Reader, dst Destination, check func(*zipfile.Archive) error,
) (int64, error) {
	out := io.Writer(sink{dst, "the content"})
	written, readable := dst.(io.ReaderAt)
	if !readable {
		spool, err := req.openSpool()
		if err != nil {
			return 0, err
		}
		defer spool.Close()
		out, written = io.MultiWriter(out, sink{spool, "the spool"}), spool
	}
	size, err := copyContent(out, start.and(rest))
	if err != nil {
		return size, err
	}
	a, err := zipfile.Open(ctx, written, size)
	if err != nil {
		return size, archiveError(err, req.redact)
	}
	return size, check(a)
}

// unwrap takes an archive where another format was asked for: either a workbook, or a wrapper around one file.
func (req contentRequest) unwrap(ctx context.Context, start opening, rest io.Reader, dst Destination) (content, error) {
	spool, err := req.openSpool()
	if err != nil {
		return content{}, err
	}
	defer spool.Close()
	spooled, err := copyContent(sink{spool, "the spool"}, start.and(rest))
	if err != nil {
		return content{}, err
	}
	a, err := zipfile.Open(ctx, spool, spooled)
	if err != nil {
		return content{}, archiveError(err, req.redact)
	}
	switch isPackage, err := req.checkPackage(a); {
	case err != nil:
		return content{}, err
	case isPackage:
		if err := expect(dst, spooled); err != nil {
			return content{}, err
		}
		size, err := copyContent(sink{dst, "the content"}, &source{ctx: ctx, r: io.NewSectionReader(spool, 0, spooled)})
		return content{deliveredFormat: req.format, size: size}, err
	}

	f, err := req.wrapped(a)
	if err != nil {
		return content{}, err
	}
	a.MaxBytes = req.maxBytes
	m, err := f.Open()
	if err != nil {
		return content{}, archiveError(err, req.redact)
	}
	defer m.Close()
	if err := expect(dst, f.Size); err != nil {
		return content{}, err
	}
	return req.copyWrapped(ctx, f, m, dst)
}

// copyWrapped writes the file of a wrapper to dst.
func (req contentRequest) copyWrapped(
	ctx context.Context, f *zipfile.File, r io.Reader, dst Destination,
) (content, error) {
	got := content{deliveredFormat: FormatZIP, member: filename.Member{Name: req.redact(f.Name), Guessed: f.NameGuessed}}
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	start, err := readOpening(r, buf[:openingSize])
	switch {
	case err != nil:
		return content{}, archiveError(err, req.redact)
	case start.isBlank():
		empty, err := req.deliverNothing(FormatZIP)
		empty.member = got.member
		return empty, err
	case req.format == FormatExcel && zipfile.StartsLike(start.data):
		got.size, err = req.copyArchive(ctx, start, r, dst, func(a *zipfile.Archive) error {
			isPackage, err := req.checkPackage(a)
			if err == nil && !isPackage {
				err = req.unexpected(nil, "a ZIP archive")
			}
			return err
		})
	default:
		got.size, err = req.copyReport(start, r, dst)
	}
	return got, archiveError(err, req.redact)
}

func (req contentRequest) openSpool() (Spool, error) {
	spool, err := req.spool()
	if err != nil {
		return nil, fmt.Errorf("opening a spool: %w", err)
	}
	return spool, nil
}

// CheckContent reports whether the first size bytes of r, a file say, are a report of the given format, as a download
// would have written it: a wrapper counts as what it is, a ZIP archive. Errors are as for ReadMembers; no content at
// all is one with the problem ContentEmpty.
func CheckContent(ctx context.Context, r io.ReaderAt, size int64, format Format) error {
	req := contentRequest{format: format, redact: asIs}
	src := &source{ctx: ctx, r: io.NewSectionReader(r, 0, size)}
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	start, err := readOpening(src, buf[:openingSize])
	switch {
	case err != nil:
		return err
	case start.isBlank():
		_, err := req.deliverNothing(format)
		return err
	case !zipfile.StartsLike(start.data):
		_, err := req.copyReport(start, src, io.Discard)
		return err
	}
	a, err := zipfile.Open(ctx, r, size)
	switch {
	case err != nil:
		return archiveError(err, asIs)
	case format == FormatZIP && len(a.Files) == 0:
		return contentProblem(ContentEmpty, "the ZIP archive contains no file")
	case format == FormatZIP:
		_, err := readMembers(a, asIs)
		return err
	}
	isPackage, err := req.checkPackage(a)
	if err == nil && !isPackage {
		err = req.unexpected(nil, "a ZIP archive")
	}
	return err
}

func asIs(s string) string { return s }

func contentProblem(problem ContentProblem, format string, args ...any) error {
	return &ContentError{Problem: problem, Reason: fmt.Sprintf(format, args...)}
}

// expect announces a size to dst if it wants to know.
func expect(dst Destination, size int64) error {
	hinter, ok := dst.(SizeHinter)
	if !ok {
		return nil
	}
	if err := hinter.Expect(size); err != nil {
		return fmt.Errorf("making room for the content: %w", err)
	}
	return nil
}
