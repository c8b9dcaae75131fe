package archive

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// Compact returns a manifest without the facts that the record of its files contains too. The rest of a manifest of any
// length fits into a state.
func Compact(manifest []byte) ([]byte, error) {
	statement, err := ParseStatement(manifest)
	if err != nil {
		return nil, err
	}
	statement.Subject = nil
	for i := range statement.Predicate.Files {
		statement.Predicate.Files[i].fill("", File{})
	}
	return json.Marshal(statement)
}

// Expand restores the manifest with the number sequence, byte for byte, from its compact form and the archived files.
func Expand(compact []byte, files Files, sequence int64) ([]byte, error) {
	var statement Statement
	if err := json.Unmarshal(compact, &statement); err != nil {
		return nil, err
	}
	var keys []Key
	for key, file := range files {
		if file.Manifest == sequence {
			keys = append(keys, key)
		}
	}
	if len(keys) != len(statement.Predicate.Files) {
		return nil, fmt.Errorf("manifest %d lists %d files, the record has %d", sequence, len(statement.Predicate.Files),
			len(keys))
	}
	slices.SortFunc(keys, func(a, b Key) int {
		return cmp.Or(byEnd(files[a].run(a), files[b].run(b)), cmp.Compare(partOf(a), partOf(b)))
	})
	statement.Subject = []Descriptor{}
	for i, key := range keys {
		statement.Predicate.Files[i].fill(key, files[key])
		statement.Subject = append(statement.Subject, Descriptor{files[key].Name, Digest{files[key].SHA256}})
	}
	return statement.Encode()
}

func (f *Fact) fill(key Key, file File) {
	f.Name, f.ReportRunIdentifier, f.Part = file.Name, key.Run(), key.Part()
	f.ReportStartDate, f.ReportEndDate = file.ReportStartDate, file.ReportEndDate
	f.ContentSize, f.RowCount = file.Size, file.RowCount
}

func (f File) run(key Key) Run {
	return Run{ReportRunIdentifier: key.Run(), ReportStartDate: f.ReportStartDate, ReportEndDate: f.ReportEndDate}
}

func partOf(key Key) int64 {
	if part := key.Part(); part != nil {
		return *part
	}
	return -1
}
