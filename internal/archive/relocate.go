package archive

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// pins returns the digests of all files of the chain, newest manifest first, as far back as the chain is intact.
func (f folder) pins(record Record) ([]Descriptor, error) {
	pins := record.Newest.descriptors(record.Sequence)
	text := record.Newest.Manifest
	for number := record.Sequence; number > 1; number-- {
		previous, ok := previousOf(text)
		if !ok {
			break
		}
		pins = append(pins, previous...)
		var err error
		if text, err = f.read(ManifestName(number - 1)); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return pins, err
		}
	}
	return pins, nil
}

// previousOf returns a manifest's digests of the previous one; false if text is not a manifest, which Inspect reports.
func previousOf(text []byte) ([]Descriptor, bool) {
	statement, err := ParseStatement(text)
	return statement.Predicate.Previous, err == nil
}

// copyLinks copies the manifests before the newest from another folder, if they exist. The newest is written from the
// record.
func (f folder) copyLinks(ctx context.Context, from folder, record Record, options Options) error {
	for number := int64(1); number < record.Sequence; number++ {
		for _, name := range []string{ManifestName(number), SumsName(number), TokenName(number)} {
			content, err := from.read(name)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return err
			}
			if err := f.writeNew(ctx, linkFile{name, content}, options); err != nil {
				return err
			}
		}
	}
	return nil
}

// Remove removes archived files and manifests with the recorded content, and returns the names of modified files, which
// it keeps.
func Remove(ctx context.Context, directory string, record Record) (kept []string, err error) {
	f := folder(directory)
	pins, err := f.pins(record)
	if err != nil {
		return nil, err
	}
	for _, key := range record.Files.Keys() {
		pins = append(pins, Descriptor{Name: record.Files[key].Name, Digest: Digest{record.Files[key].SHA256}})
	}
	for _, path := range f.markers(record.Sequence) {
		_ = os.Remove(path)
	}
	for _, pin := range pins {
		outcome, err := atomicfile.RemoveIfUnchanged(ctx, f.path(pin.Name), pin.Digest.SHA256)
		if err != nil {
			return kept, err
		}
		if outcome == atomicfile.Changed {
			kept = append(kept, pin.Name)
		}
	}
	return kept, nil
}
