package archive

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// ReadChain verifies the manifests of a folder, from the first to the newest, and returns the record that they hold.
// The archived files are not looked at. The error is a *ChainError or the system's.
func ReadChain(ctx context.Context, directory, report string) (Record, error) {
	f := folder(directory)
	record := Record{ReportIdentifier: report, Files: Files{}}
	newest, err := f.newest()
	if err != nil {
		return Record{}, err
	}
	if newest == 0 {
		return Record{}, chainError(Absent, ManifestName(1), "the folder has no manifest")
	}
	for record.Sequence < newest {
		if err := ctx.Err(); err != nil {
			return Record{}, err
		}
		if record, err = f.follow(record); err != nil {
			return Record{}, err
		}
	}
	return record, nil
}

// Resume takes over the manifest of an apply that was interrupted before Terraform saved its state. It returns the
// record as it is when there is none. A manifest that does not follow the recorded one is a *ChainError.
func Resume(directory string, record Record) (Record, error) {
	f := folder(directory)
	next := record.Sequence + 1
	if !f.interrupted(next) || !f.exists(ManifestName(next)) {
		return record, nil
	}
	return f.follow(record)
}

// follow reads the manifest after the recorded one and verifies that it follows.
func (f folder) follow(record Record) (Record, error) {
	number := record.Sequence + 1
	name := ManifestName(number)
	text, err := f.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return record, chainError(Gone, name, "it is missing, but later ones are there")
	}
	if err != nil {
		return record, err
	}
	statement, err := ParseStatement(text)
	if err != nil {
		return record, chainError(Unreadable, name, "%s", err)
	}
	predicate := statement.Predicate
	if !strings.EqualFold(predicate.ReportIdentifier, record.ReportIdentifier) {
		return record, chainError(Foreign, name, "it is of the archive of report %s", predicate.ReportIdentifier)
	}
	if predicate.Sequence != number {
		return record, chainError(Broken, name, "it says that it is manifest %d", predicate.Sequence)
	}
	if err := f.checkPrevious(record, statement); err != nil {
		return record, err
	}
	link := Link{Manifest: text, Sums: []byte(sumsOf(statement, text))}
	if err := f.checkSums(number, link.Sums); err != nil {
		return record, err
	}
	if link.Token, err = f.read(TokenName(number)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return record, err
	}
	next := record.clone()
	for key, file := range statement.files() {
		next.Files[key] = file
	}
	next.Sequence, next.Newest = number, link
	return next, nil
}

// checkPrevious compares what a manifest says of the one before with the files of that one.
func (f folder) checkPrevious(record Record, statement Statement) error {
	name := ManifestName(record.Sequence + 1)
	found := record.Newest.descriptors(record.Sequence)
	for _, pin := range statement.Predicate.Previous {
		at := slices.IndexFunc(found, func(d Descriptor) bool { return d.Name == pin.Name })
		switch {
		case at < 0:
			return chainError(Gone, pin.Name, "%s pins it, but it is missing", name)
		case found[at] != pin:
			return chainError(Edited, pin.Name, "%s pins the digest %s, but it has %s", name, pin.Digest.SHA256,
				found[at].Digest.SHA256)
		}
	}
	// A time stamp may have come later; the manifest and its list may not.
	for _, d := range found {
		if d.Name != TokenName(record.Sequence) && !slices.Contains(statement.Predicate.Previous, d) {
			return chainError(Broken, name, "it does not name %s", d.Name)
		}
	}
	return nil
}

// checkSums compares a list in the folder with the one that its manifest gives. The list of an interrupted apply may be
// missing.
func (f folder) checkSums(number int64, want []byte) error {
	text, err := f.read(SumsName(number))
	switch {
	case errors.Is(err, fs.ErrNotExist) && f.interrupted(number):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return chainError(Gone, SumsName(number), "it is missing, and nothing else pins %s", ManifestName(number))
	case err != nil:
		return err
	case string(text) != string(want):
		return chainError(Edited, SumsName(number), "it does not list what %s says; one of the two was edited",
			ManifestName(number))
	}
	return nil
}
