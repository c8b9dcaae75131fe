package archive

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// ReadChain verifies the manifests of a folder from the first to the newest, and returns their record. It does not read
// the archived files. The error is a *ChainError or a system error.
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

// Resume adds to record the manifests of applies that were interrupted before Terraform saved its state. If one of them
// does not follow the previous one or is not authenticated by key, it returns record and a *ChainError.
func Resume(directory string, record Record, key DraftKey) (Record, error) {
	f := folder(directory)
	resumed := record
	for f.interrupted(resumed.Sequence+1) && f.exists(ManifestName(resumed.Sequence+1)) {
		var err error
		if resumed, err = f.follow(resumed); err != nil {
			return record, err
		}
		if err := Authenticate(directory, resumed, key); err != nil {
			return record, err
		}
	}
	return resumed, nil
}

func (f folder) follow(record Record) (Record, error) {
	number := record.Sequence + 1
	name := ManifestName(number)
	text, err := f.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return record, chainError(LinkMissing, name, "it is missing, but later ones are there")
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
		return record, chainError(Foreign, name, "it belongs to the archive of report %s", predicate.ReportIdentifier)
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

// checkPrevious compares a manifest's digests of the previous manifest with that manifest's files.
func (f folder) checkPrevious(record Record, statement Statement) error {
	name := ManifestName(record.Sequence + 1)
	found := record.Newest.descriptors(record.Sequence)
	for _, pin := range statement.Predicate.Previous {
		at := slices.IndexFunc(found, func(d Descriptor) bool { return d.Name == pin.Name })
		switch {
		case at < 0:
			return chainError(LinkMissing, pin.Name, "%s lists it, but it is missing", name)
		case found[at] != pin:
			return chainError(LinkModified, pin.Name, "%s lists the digest %s, but it has %s", name, pin.Digest.SHA256,
				found[at].Digest.SHA256)
		}
	}
	// The time stamp may be newer than the manifest that lists the files; the other files may not.
	for _, d := range found {
		if d.Name != TokenName(record.Sequence) && !slices.Contains(statement.Predicate.Previous, d) {
			return chainError(Broken, name, "it does not name %s", d.Name)
		}
	}
	return nil
}

// checkSums compares a list in the folder with the one that follows from its manifest. The list of an interrupted apply
// may be missing.
func (f folder) checkSums(number int64, want []byte) error {
	text, err := f.read(SumsName(number))
	switch {
	case errors.Is(err, fs.ErrNotExist) && f.interrupted(number):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return chainError(LinkMissing, SumsName(number), "it is missing, and only it has the digest of %s",
			ManifestName(number))
	case err != nil:
		return err
	case string(text) != string(want):
		return chainError(LinkModified, SumsName(number), "it does not match %s; one of the two was edited",
			ManifestName(number))
	}
	return nil
}
