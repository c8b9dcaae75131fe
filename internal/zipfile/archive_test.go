package zipfile

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"

	ziptest "github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

const testCSV = "order_id,common_name\r\n1,example.com\r\n2,example.org\r\n"

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// member is the checked part of a file.
type member struct {
	name, sha256 string
	size         int64
}

// readAll opens an archive and reads every file.
func readAll(ctx context.Context, data []byte, maxBytes int64) ([]member, error) {
	a, err := Open(ctx, bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	a.MaxBytes = maxBytes
	var members []member
	for _, f := range a.Files {
		sum, err := f.SHA256()
		if err != nil {
			return members, err
		}
		members = append(members, member{f.Name, sum, f.Size})
	}
	return members, nil
}

// wantKind checks that err is an *Error of the given kind and returns it.
func wantKind(t testing.TB, err error, want Kind) *Error {
	t.Helper()
	zipErr, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got error %v, want an *Error", err)
	}
	if zipErr.Kind != want {
		t.Fatalf("kind: got %d (%s), want %d", zipErr.Kind, zipErr, want)
	}
	return zipErr
}

func TestDamaged(t *testing.T) {
	inner := ziptest.Build(t, ziptest.File{Name: "a.csv", Data: testCSV})
	sound := ziptest.BuildRaw(t, ziptest.Stored("a.csv", testCSV))
	nested := ziptest.BuildRaw(t, ziptest.Stored("inner.zip", string(inner)))
	nestedEmpty := ziptest.BuildRaw(t, ziptest.Stored("inner.zip", string(ziptest.Build(t))))
	innerEnd := ziptest.LocalLength + len("inner.zip") + len(inner)
	// with returns an archive of one member after a change of its entry in the directory.
	withEntry := func(change func(entry []byte)) []byte {
		archive := bytes.Clone(sound)
		change(ziptest.Entry(t, archive, 0))
		return archive
	}
	with := func(change func(*ziptest.RawFile)) []byte {
		f := ziptest.Stored("a.csv", testCSV)
		change(&f)
		return ziptest.BuildRaw(t, f)
	}
	withByte := func(at int, value byte) []byte {
		archive := bytes.Clone(sound)
		archive[at] = value
		return archive
	}
	end := len(sound) - ziptest.EndLength
	// with64 returns a ZIP64 archive after a change of its end records: the ZIP64 one, the locator, the old one.
	with64 := func(change func(records []byte)) []byte {
		archive := ziptest.ZIP64(t, "a.csv", testCSV)
		change(archive[len(archive)-ziptest.EndLength-ziptest.Locator64Length-ziptest.End64Length:])
		return archive
	}
	tests := map[string]struct {
		archive []byte
		kind    Kind
		text    string
	}{
		"empty":                          {nil, Truncated, "end is missing"},
		"cut within the local header":    {sound[:10], Truncated, "end is missing"},
		"cut within the member":          {sound[:40], Truncated, "end is missing"},
		"cut within the directory":       {sound[:end-10], Truncated, "end is missing"},
		"cut within the end record":      {sound[:len(sound)-1], Truncated, "end is missing"},
		"cut within the comment":         {withByte(len(sound)-2, 9), Truncated, "end is missing"},
		"cut right after an inner one":   {nested[:innerEnd], Damaged, "damaged"},
		"cut shortly after an inner one": {nested[:innerEnd+20], Damaged, "damaged"},
		"cut after an empty inner one": {
			nestedEmpty[:ziptest.LocalLength+len("inner.zip")+ziptest.EndLength], Damaged, "its directory is empty",
		},
		"a gap at the start": {append([]byte("PK\x03\x04++++"), sound...), Damaged, "damaged"},
		"wrong checksum":     {ziptest.Corrupted(t, sound), Damaged, `"a.csv" does not match its checksum`},
		"checksum of zero":   {with(func(f *ziptest.RawFile) { f.CRC32 = 0 }), Damaged, "checksum"},
		"another byte": {
			bytes.Replace(sound, []byte("example.org"), []byte("example.net"), 1), Damaged, "checksum",
		},
		"encrypted":      {with(func(f *ziptest.RawFile) { f.Flags |= 1 }), Encrypted, `file "a.csv" in the ZIP archive is encrypted`},
		"AES":            {with(func(f *ziptest.RawFile) { f.Method = 99 }), Encrypted, "is encrypted"},
		"LZMA":           {with(func(f *ziptest.RawFile) { f.Method = 14 }), UnsupportedMethod, "method 14 (LZMA)"},
		"Deflate64":      {with(func(f *ziptest.RawFile) { f.Method = 9 }), UnsupportedMethod, "method 9 (Deflate64)"},
		"unknown method": {with(func(f *ziptest.RawFile) { f.Method = 77 }), UnsupportedMethod, "method 77, which"},
		"not a deflate stream": {
			with(func(f *ziptest.RawFile) { f.Method = zip.Deflate }), Damaged, "can't be decompressed",
		},
		"deflate stream cut": {with(func(f *ziptest.RawFile) {
			f.Method, f.Packed = zip.Deflate, ziptest.Deflated(t, []byte(testCSV), 1)[:20]
			f.CompressedSize64 = 20
		}), Damaged, "breaks off"},
		"deflate stream followed by bytes": {with(func(f *ziptest.RawFile) {
			f.Method, f.Packed = zip.Deflate, append(ziptest.Deflated(t, []byte(testCSV), 1), "more"...)
			f.CompressedSize64 = uint64(len(f.Packed))
		}), Damaged, "differs in length"},
		"longer than claimed":  {with(func(f *ziptest.RawFile) { f.UncompressedSize64-- }), Damaged, "longer than"},
		"shorter than claimed": {with(func(f *ziptest.RawFile) { f.UncompressedSize64++ }), Damaged, "differs in length"},
		"packed past the end": {
			withEntry(func(e []byte) { binary.LittleEndian.PutUint32(e[20:], 1<<20) }), Damaged, "extends beyond",
		},
		"header past the end": {
			withEntry(func(e []byte) { binary.LittleEndian.PutUint32(e[42:], 1<<20) }), Damaged, "not at the position",
		},
		"header elsewhere": {
			withEntry(func(e []byte) { binary.LittleEndian.PutUint32(e[42:], 4) }), Damaged, "not at the position",
		},
		"entry without signature":  {withEntry(func(e []byte) { e[0] = 'X' }), Damaged, "directory that can't be read"},
		"entry with a longer name": {withEntry(func(e []byte) { e[29] = 1 }), Damaged, "directory that can't be read"},
		"more entries than said": {
			func() []byte {
				a := ziptest.Build(t, ziptest.File{Name: "a", Data: "a"}, ziptest.File{Name: "b", Data: "b"})
				a[len(a)-ziptest.EndLength+10]--
				return a
			}(), Damaged, "directory",
		},
		"directory elsewhere":           {withByte(end+19, 0x40), Damaged, "not at the position"},
		"first member not at the start": {ziptest.Shifted(t, "PK\x07\x08+", "a.csv", testCSV), Damaged, "data before its first file"},
		"ZIP64 record elsewhere": {
			with64(func(r []byte) { r[ziptest.End64Length+8]++ }), Damaged, "no ZIP64 end record where",
		},
		"ZIP64 record past the end": {
			with64(func(r []byte) { r[ziptest.End64Length+15] = 0x7f }), Damaged, "at a position outside",
		},
		"ZIP64 record before the start": {
			with64(func(r []byte) { r[ziptest.End64Length+15] = 0xff }), Damaged, "at a position outside",
		},
		"ZIP64 record cut by the end": {
			with64(func(r []byte) { r[ziptest.End64Length+8] += 60 }), Truncated, "breaks off",
		},
		"ZIP64 locator missing": {
			with64(func(r []byte) { r[ziptest.End64Length] = 0 }), Hostile, "declares 65535 entries",
		},
		"one of several volumes": {withByte(end+4, 1), Damaged, "several volumes"},
		"folder with content": {
			ziptest.BuildRaw(t, ziptest.Stored("a.csv", testCSV),
				ziptest.RawFile{FileHeader: zip.FileHeader{Name: "d/", UncompressedSize64: 1}}),
			Damaged, `"d/" is a folder with content`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := readAll(t.Context(), tt.archive, 0)
			if got := wantKind(t, err, tt.kind).Error(); !strings.Contains(got, tt.text) {
				t.Errorf("got error %q, want one with %q", got, tt.text)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	tests := []struct {
		err  Error
		want string
	}{
		{Error{Kind: Damaged, Detail: "is one of several volumes"}, "the ZIP archive is damaged: it is one of several volumes"},
		{Error{Kind: Damaged, Member: "a\x1b\u202e", Detail: "breaks off"}, `the ZIP archive is damaged: its file "a\x1b\u202e" breaks off`},
		{Error{Kind: Hostile, Detail: "declares an impossible size"}, "the ZIP archive declares an impossible size"},
		{Error{Kind: Encrypted, Member: "a.csv", Detail: "is encrypted"}, `the file "a.csv" in the ZIP archive is encrypted`},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// Wherever an archive is cut, it is never taken for whole.
func TestCutAnywhere(t *testing.T) {
	archive := ziptest.Build(t, ziptest.File{Name: "a.csv", Data: testCSV}, ziptest.File{
		Name: "inner.zip", Stored: true,
		Data: string(ziptest.Build(t, ziptest.File{Name: "a.csv", Data: testCSV})),
	})
	for n := range archive {
		_, err := readAll(t.Context(), archive[:n], 0)
		zipErr, ok := errors.AsType[*Error](err)
		if !ok || zipErr.Kind != Truncated && zipErr.Kind != Damaged {
			t.Errorf("cut at %d: error is %v", n, err)
		}
	}
}

func TestNames(t *testing.T) {
	unicodePath := func(raw, name string) []byte {
		field := binary.LittleEndian.AppendUint16(nil, 0x7075)
		field = binary.LittleEndian.AppendUint16(field, uint16(5+len(name)))
		field = binary.LittleEndian.AppendUint32(append(field, 1), crc32.ChecksumIEEE([]byte(raw)))
		return append(field, name...)
	}
	tests := map[string]struct {
		file    ziptest.File
		want    string
		guessed bool
	}{
		"ASCII":                     {ziptest.File{Name: "a.csv"}, "a.csv", false},
		"UTF-8":                     {ziptest.File{Name: "Aufträge.csv"}, "Aufträge.csv", false},
		"UTF-8 that isn't declared": {ziptest.File{Name: "Aufträge.csv", NonUTF8: true}, "Aufträge.csv", false},
		"code page 437":             {ziptest.File{Name: "Auftr\x84ge.csv", NonUTF8: true}, "Aufträge.csv", true},
		"Unicode path": {
			ziptest.File{Name: "Auftr?ge.csv", Extra: unicodePath("Auftr?ge.csv", "Aufträge.csv")}, "Aufträge.csv", false,
		},
		"Unicode path behind another field": {
			ziptest.File{Name: "?.csv", Extra: append([]byte{1, 0, 1, 0, 9}, unicodePath("?.csv", "ä.csv")...)}, "ä.csv", false,
		},
		"Unicode path of a former name": {
			ziptest.File{Name: "a.csv", Extra: unicodePath("b.csv", "Aufträge.csv")}, "a.csv", false,
		},
		"neither UTF-8 nor declared so": {ziptest.File{Name: "\xe1.csv"}, "ß.csv", true},
		"broken extra field":            {ziptest.File{Name: "a.csv", Extra: []byte{0x75, 0x70, 9, 0, 1}}, "a.csv", false},
		"path":                          {ziptest.File{Name: "../../etc/cron.d/x"}, "../../etc/cron.d/x", false},
		"backslashes":                   {ziptest.File{Name: `a\b.csv`}, `a\b.csv`, false},
		"without a name":                {ziptest.File{Name: ""}, "", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GODEBUG", "zipinsecurepath=0") // a path that is not local is not a reason to reject the archive
			tt.file.Data = testCSV
			archive := ziptest.Build(t, tt.file)
			a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)))
			if err != nil {
				t.Fatal(err)
			}
			if f := a.Files[0]; f.Name != tt.want || f.NameGuessed != tt.guessed {
				t.Errorf("name is %q, guessed %t; want %q, %t", f.Name, f.NameGuessed, tt.want, tt.guessed)
			}
		})
	}
	f := ziptest.Stored("\xe1.csv", testCSV)
	f.Flags |= 0x800
	members, err := readAll(t.Context(), ziptest.BuildRaw(t, f), 0)
	if err != nil || members[0].name != "\ufffd.csv" {
		t.Errorf("declared as UTF-8 and isn't: members are %v, error %v", members, err)
	}
}

func TestShapes(t *testing.T) {
	sound := ziptest.BuildRaw(t, ziptest.Stored("a.csv", testCSV))
	commented := append(bytes.Clone(sound), "a comment"...)
	commented[len(sound)-2] = byte(len("a comment"))
	csv := member{"a.csv", sha256Hex(testCSV), int64(len(testCSV))}
	tests := map[string]struct {
		archive []byte
		want    []member
	}{
		"plain":                  {sound, []member{csv}},
		"with a comment":         {commented, []member{csv}},
		"with bytes after it":    {append(bytes.Clone(sound), "\r\n"...), []member{csv}},
		"ZIP64":                  {ziptest.ZIP64(t, "a.csv", testCSV), []member{csv}},
		"with a spanning marker": {ziptest.Shifted(t, spanSignature, "a.csv", testCSV), []member{csv}},
		"without files":          {ziptest.Build(t), nil},
		"with folders": {
			ziptest.Build(t, ziptest.File{Name: "d/"}, ziptest.File{Name: `e\`}, ziptest.File{Name: "a.csv", Data: testCSV}),
			[]member{csv},
		},
		"streamed": {
			ziptest.Build(t, ziptest.File{Name: "a.csv", Data: testCSV}, ziptest.File{Name: "b", Data: "x"}),
			[]member{csv, {"b", sha256Hex("x"), 1}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := readAll(t.Context(), tt.archive, 0)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("members are %v, error %v; want %v", got, err, tt.want)
			}
			if !StartsLike(tt.archive) {
				t.Errorf("%.4q does not start like an archive", tt.archive)
			}
		})
	}
	link := ziptest.Stored("a.csv", testCSV)
	link.SetMode(0o777 | 1<<27)
	archive := ziptest.BuildRaw(t, link)
	a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)))
	if err != nil || !a.Files[0].IsLink {
		t.Errorf("a symbolic link is %+v, error %v", a, err)
	}
}

// archive/zip reads the same from every archive that this reader accepts.
func FuzzOpen(f *testing.F) {
	f.Add(ziptest.Build(f, ziptest.File{Name: "a.csv", Data: testCSV}))
	f.Add(ziptest.Build(f, ziptest.File{Name: "a.csv", Data: testCSV, Stored: true}, ziptest.File{Name: "d/"}))
	f.Add(ziptest.BuildRaw(f, ziptest.Stored("Auftr\x84ge.csv", testCSV)))
	f.Add(ziptest.ZIP64(f, "a.csv", testCSV))
	f.Add(ziptest.Shifted(f, spanSignature, "a.csv", testCSV))
	f.Add(ziptest.Corrupted(f, ziptest.Build(f, ziptest.File{Name: "a.csv", Data: testCSV})))
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 1 << 20
		got, err := readAll(t.Context(), data, limit)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("got error %v, want an *Error", err)
			}
			return
		}
		var total int64
		for _, m := range got {
			total += m.size
		}
		if total > limit {
			t.Errorf("%d bytes were unpacked", total)
		}
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, m := range r.File {
			if strings.HasSuffix(m.Name, "/") || m.UncompressedSize64 == 0 && strings.HasSuffix(m.Name, `\`) {
				continue
			}
			content, err := m.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(content)
			if err != nil {
				return // it also compares the data descriptor, a copy of the directory entry
			}
			want = append(want, sha256Hex(string(b)))
		}
		if !slices.EqualFunc(got, want, func(m member, sum string) bool { return m.sha256 == sum }) {
			t.Errorf("members are %v, archive/zip reads %v", got, want)
		}
	})
}
