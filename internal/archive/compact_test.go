package archive

import (
	"bytes"
	"testing"
)

func TestCompact(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for n := range 40 {
		x.add(readyRun(40-n, parts(int64(n%12))))
	}
	x.add(readyRun(41, undated, identifier("ABCDEF01-93c4-4d5e-a6f7-0b8c9dae1f20")))
	x.source.errs[Key(runID(7))] = errExpired
	x.apply()
	x.add(readyRun(42))
	first := x.record
	x.apply()
	for _, record := range []Record{first, x.record} {
		compact, err := Compact(record.Newest.Manifest)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(compact, []byte("00000003-93c4")) {
			t.Error("the compact form has a run identifier")
		}
		got, err := Expand(compact, x.record.Files, record.Sequence)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, record.Newest.Manifest) {
			t.Errorf("manifest %d is not what it was:\n%s", record.Sequence, got)
		}
		if _, err := Expand(compact, Files{}, record.Sequence); err == nil {
			t.Error("no error without the files")
		}
	}
}
