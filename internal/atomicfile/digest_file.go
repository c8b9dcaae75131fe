package atomicfile

import (
	"context"
	"encoding/hex"
)

// DigestFile computes all digests of the regular file at path, streaming. It stops between blocks when ctx ends. Any
// other kind of file is a [*TargetError]; a missing one is also [fs.ErrNotExist].
func DigestFile(ctx context.Context, path string) (Digests, error) {
	file, err := Open(path)
	if err != nil {
		return Digests{}, err
	}
	defer file.Close()
	return file.Digests(ctx)
}

func (p *pipeline) hex() string {
	p.end()
	return hex.EncodeToString(p.hashes[0].Sum(nil))
}
