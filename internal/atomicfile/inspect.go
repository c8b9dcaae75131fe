package atomicfile

import (
	"context"
	"crypto/sha256"
	"io/fs"
	"os"
)

// Status describes the file at a path.
type Status struct {
	Kind   Kind
	Mode   fs.FileMode // the permission bits; on Windows they follow the read-only attribute
	Size   int64       // the size of a regular file in bytes
	SHA256 string      // the digest of a regular file in lower-case hexadecimal

	info fileInfo
}

// Inspect describes the file at path and digests a regular one. A missing file or folder has the kind Missing and is
// not an error. If the content can't be read, it returns the other fields with the error.
func Inspect(ctx context.Context, path string) (Status, error) {
	d, name, err := openParent(path)
	if isMissing(err) {
		return Status{Kind: Missing}, nil
	}
	if err != nil {
		return Status{}, systemError(path, "inspect", err)
	}
	defer d.close()
	opened, info, err := openRegular(d, name, os.O_RDONLY)
	if isMissing(err) {
		return Status{Kind: Missing}, nil
	}
	if info.kind == Missing {
		return Status{}, systemError(path, "inspect", err)
	}
	status := Status{Kind: info.kind, Mode: info.mode, info: info}
	if info.kind != Regular {
		return status, nil
	}
	status.Size = info.size
	if err != nil {
		return status, systemError(path, "open", err)
	}
	file := &File{path: path, file: opened, info: info}
	defer file.Close()
	pipe := newPipeline(sha256.New())
	defer pipe.end()
	if err := file.digest(ctx, pipe); err != nil {
		return status, err
	}
	status.SHA256, status.Size = pipe.hex(), pipe.size
	return status, nil
}
