package atomicfile

import (
	"context"
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
)

// File is an open regular file, independent of later changes to its path. It is for one goroutine at a time, except
// that calls of ReadAt may run in parallel.
type File struct {
	path string
	file *os.File
	info fileInfo
}

// Open opens the regular file at path for reading. A missing file or another kind is a [*TargetError]. It does not
// follow a link and does not block on a pipe.
func Open(path string) (*File, error) {
	d, name, err := openParent(path)
	if err != nil {
		return nil, pathProblem(path, "open", err)
	}
	defer d.close()
	file, info, err := openRegular(d, name, os.O_RDONLY)
	if err != nil {
		return nil, pathProblem(path, "open", err)
	}
	if file == nil {
		return nil, &TargetError{Path: path, Problem: info.kind.problem()}
	}
	return &File{path: path, file: file, info: info}, nil
}

// Size returns the size in bytes at the time of Open.
func (f *File) Size() int64 { return f.info.size }

// Mode returns the permission bits.
func (f *File) Mode() fs.FileMode { return f.info.mode }

// ReadAt implements io.ReaderAt.
func (f *File) ReadAt(b []byte, off int64) (int, error) {
	n, err := f.file.ReadAt(b, off)
	if err != nil && err != io.EOF {
		err = systemError(f.path, "read", err)
	}
	return n, err
}

// CopyTo appends the whole content to p. It returns the cause of ctx when ctx ends.
func (f *File) CopyTo(ctx context.Context, p *Pending) error {
	_, err := p.Fill(&contextReader{ctx: ctx, path: f.path, r: f.content()})
	return err
}

// SHA256 returns only the SHA-256 in lower-case hexadecimal, which takes a third of the time of Digests.
func (f *File) SHA256(ctx context.Context) (string, error) {
	pipe := newPipeline(sha256.New())
	defer pipe.end()
	if err := f.digest(ctx, pipe); err != nil {
		return "", err
	}
	return pipe.hex(), nil
}

// Digests returns all digests of the content. It returns the cause of ctx when ctx ends.
func (f *File) Digests(ctx context.Context) (Digests, error) {
	d := NewDigester()
	defer d.Close()
	if err := f.digest(ctx, d.pipe); err != nil {
		return Digests{}, err
	}
	return d.Sum(), nil
}

func (f *File) digest(ctx context.Context, pipe *pipeline) error {
	return pipe.readAll(&contextReader{ctx: ctx, path: f.path, r: f.content()})
}

func (f *File) content() io.Reader { return io.NewSectionReader(f.file, 0, 1<<62) }

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

type contextReader struct {
	ctx  context.Context //nolint:containedctx // it lives as long as one call
	path string
	r    io.Reader
}

func (r *contextReader) Read(b []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	n, err := r.r.Read(b)
	if err != nil && err != io.EOF {
		err = systemError(r.path, "read", err)
	}
	return n, err
}

// openRegular opens the regular file name in d. It returns only the info of any other kind of file, and info and error
// if a regular file can't be opened.
func openRegular(d *dir, name string, access int) (*os.File, fileInfo, error) {
	for range attempts {
		before, err := d.lstat(name)
		if err != nil {
			return nil, fileInfo{}, err
		}
		if before.kind != Regular {
			return nil, before, nil
		}
		file, info, err := d.open(name, access)
		if isMissing(err) || isReplaced(err) {
			continue
		}
		if err != nil {
			return nil, before, err
		}
		if file == nil {
			continue
		}
		if info.id == before.id {
			return file, info, nil
		}
		file.Close()
	}
	return nil, fileInfo{}, TargetBusy
}
