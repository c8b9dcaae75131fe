package reportlibrary

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestArchiveDamaged(t *testing.T) {
	inner := buildZIP(t, zipFile{name: "a.csv", data: testCSV})
	honest := buildRawZIP(t, storedFile("a.csv", testCSV))
	nested := buildRawZIP(t, storedFile("inner.zip", string(inner)))
	// falsify returns an archive of one member after a change of its entry in the directory.
	falsify := func(change func(entry []byte)) []byte {
		archive := bytes.Clone(honest)
		change(directoryEntry(t, archive, 0))
		return archive
	}
	change := func(change func(*rawFile)) []byte {
		f := storedFile("a.csv", testCSV)
		change(&f)
		return buildRawZIP(t, f)
	}
	end := len(honest) - endLength
	// falsify64 returns a ZIP64 archive after a change of its end records: the ZIP64 one, the locator, the old one.
	falsify64 := func(change func(records []byte)) []byte {
		archive := zip64Archive(t)
		change(archive[len(archive)-endLength-locator64Length-end64Length:])
		return archive
	}
	tests := map[string]struct {
		archive []byte
		problem ContentProblem
		reason  string
	}{
		"cut within the local header":    {honest[:10], ContentTruncated, "directory is missing"},
		"cut within the member":          {honest[:40], ContentTruncated, "directory is missing"},
		"cut within the directory":       {honest[:end-10], ContentTruncated, "directory is missing"},
		"cut within the end record":      {honest[:len(honest)-1], ContentTruncated, "directory is missing"},
		"cut right after an inner one":   {nested[:localLength+len("inner.zip")+len(inner)], ContentDamaged, "damaged"},
		"cut shortly after an inner one": {nested[:localLength+len("inner.zip")+len(inner)+20], ContentDamaged, "damaged"},
		"a gap at the start":             {append([]byte("PK\x03\x04++++"), honest...), ContentDamaged, "damaged"},
		"wrong checksum":                 {corrupted(t, honest), ContentDamaged, `"a.csv" does not match its checksum`},
		"checksum of zero":               {change(func(f *rawFile) { f.CRC32 = 0 }), ContentDamaged, "checksum"},
		"another byte": {
			bytes.Replace(honest, []byte("example.org"), []byte("example.net"), 1), ContentDamaged, "checksum",
		},
		"encrypted": {change(func(f *rawFile) { f.Flags |= 1 }), ContentDamaged, "is encrypted"},
		"encrypted by its header only": {
			func() []byte { a := bytes.Clone(honest); a[6] |= 1; return a }(), ContentDamaged, "is encrypted",
		},
		"unknown method":    {change(func(f *rawFile) { f.Method = 14 }), ContentDamaged, "compression method 14"},
		"no deflate stream": {change(func(f *rawFile) { f.Method = zip.Deflate }), ContentDamaged, "cannot be decompressed"},
		"deflate stream cut": {change(func(f *rawFile) {
			f.Method, f.packed = zip.Deflate, deflateRepeated(t, []byte(testCSV), 1)[:20]
			f.CompressedSize64 = 20
		}), ContentDamaged, "breaks off"},
		"deflate stream followed by bytes": {change(func(f *rawFile) {
			f.Method, f.packed = zip.Deflate, append(deflateRepeated(t, []byte(testCSV), 1), "more"...)
			f.CompressedSize64 = uint64(len(f.packed))
		}), ContentDamaged, "not as long as"},
		"longer than claimed":  {change(func(f *rawFile) { f.UncompressedSize64-- }), ContentDamaged, "longer than"},
		"shorter than claimed": {change(func(f *rawFile) { f.UncompressedSize64++ }), ContentDamaged, "not as long as"},
		"packed past the end": {
			falsify(func(e []byte) { binary.LittleEndian.PutUint32(e[20:], 1<<20) }), ContentDamaged, "does not lie within",
		},
		"header past the end": {
			falsify(func(e []byte) { binary.LittleEndian.PutUint32(e[42:], 1<<20) }), ContentDamaged, "does not lie within",
		},
		"header elsewhere": {
			falsify(func(e []byte) { binary.LittleEndian.PutUint32(e[42:], 4) }), ContentDamaged, "not where",
		},
		"entry without signature":  {falsify(func(e []byte) { e[0] = 'X' }), ContentDamaged, "fewer entries"},
		"entry with a longer name": {falsify(func(e []byte) { e[29] = 1 }), ContentDamaged, "breaks off within an entry"},
		"more entries than said": {
			func() []byte {
				a := buildZIP(t, zipFile{name: "a", data: "a"}, zipFile{name: "b", data: "b"})
				a[len(a)-endLength+10]--
				return a
			}(), ContentDamaged, "more entries",
		},
		"directory elsewhere": {
			func() []byte { a := bytes.Clone(honest); a[end+19] = 0x40; return a }(), ContentDamaged, "does not lie within",
		},
		"first member not at the start": {shifted(t, 5), ContentDamaged, "first member is not where"},
		"ZIP64 record elsewhere": {
			falsify64(func(r []byte) { r[end64Length+8]++ }), ContentDamaged, "ZIP64 end record is not where",
		},
		"ZIP64 record past the end": {
			falsify64(func(r []byte) { r[end64Length+15] = 0x7f }), ContentDamaged, "ZIP64 end record does not lie within",
		},
		"ZIP64 record cut by the end": {
			falsify64(func(r []byte) { r[end64Length+8] += 60 }), ContentTruncated, "breaks off",
		},
		"ZIP64 locator missing": {
			falsify64(func(r []byte) { r[end64Length] = 0 }), ContentHostile, "claims 65535 entries",
		},
		"one of several volumes": {
			func() []byte { a := bytes.Clone(honest); a[end+4] = 1; return a }(), ContentDamaged, "several volumes",
		},
		"folder with content": {
			buildRawZIP(t, storedFile("a.csv", testCSV), rawFile{zip.FileHeader{Name: "d/", UncompressedSize64: 1}, nil}),
			ContentDamaged, `folder "d/" has content`,
		},
		"symbolic link": {change(func(f *rawFile) {
			f.SetMode(0o777 | 1<<27)
		}), ContentDamaged, "symbolic link"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, format := range []Format{FormatCSV, FormatZIP} {
				if name == "symbolic link" && format == FormatZIP {
					continue // is a member like any other
				}
				written, _, err := received(t, tt.archive, wanted(format))
				contentErr := wantProblem(t, err, tt.problem)
				if !strings.Contains(contentErr.Reason, tt.reason) {
					t.Errorf("%s: reason is %q, want one with %q", format, contentErr.Reason, tt.reason)
				}
				if format == FormatCSV && len(written) > len(testCSV) {
					t.Errorf("written was %q", written)
				}
			}
		})
	}
}

// Wherever an archive is cut, it is never taken for whole.
func TestArchiveCutAnywhere(t *testing.T) {
	archive := buildZIP(t, zipFile{name: "a.csv", data: testCSV}, zipFile{name: "inner.zip", stored: true,
		data: string(buildZIP(t, zipFile{name: "a.csv", data: testCSV}))})
	for n := 4; n < len(archive); n++ {
		_, _, err := received(t, archive[:n], wanted(FormatZIP))
		var contentErr *ContentError
		if !errors.As(err, &contentErr) ||
			contentErr.Problem != ContentTruncated && contentErr.Problem != ContentDamaged {
			t.Errorf("cut at %d: error is %v", n, err)
		}
	}
}

func TestArchiveNested(t *testing.T) {
	inner := buildZIP(t, zipFile{name: "a.csv", data: testCSV})
	for name, tt := range map[string]struct {
		inner  []byte
		format Format
		reason string
	}{
		"CSV in CSV":      {inner, FormatCSV, "the content is a ZIP archive, not CSV"},
		"CSV in JSON":     {inner, FormatJSON, "the content is a ZIP archive, not JSON"},
		"CSV in EXCEL":    {inner, FormatExcel, "the content is a ZIP archive, not EXCEL"},
		"workbook in CSV": {testWorkbook(t), FormatCSV, "the content is an Excel workbook, not CSV; ask for it as EXCEL"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := received(t, buildZIP(t, zipFile{name: "a", data: string(tt.inner)}), wanted(tt.format))
			if contentErr := wantProblem(t, err, ContentUnexpected); contentErr.Reason != tt.reason {
				t.Errorf("reason is %q, want %q", contentErr.Reason, tt.reason)
			}
		})
	}
	_, _, err := received(t, testWorkbook(t), wanted(FormatJSON))
	want := "the content is an Excel workbook, not JSON; ask for it as EXCEL"
	if contentErr := wantProblem(t, err, ContentUnexpected); contentErr.Reason != want {
		t.Errorf("reason is %q, want %q", contentErr.Reason, want)
	}
}

func TestArchiveHostile(t *testing.T) {
	const mega, giga = 1 << 20, 1 << 30
	overlapping := func() []byte {
		archive := buildRawZIP(t, storedFile("a", strings.Repeat("a", 1000)), storedFile("b", strings.Repeat("b", 1000)))
		clear(directoryEntry(t, archive, 1)[42:46]) // the second member is the first once more
		return archive
	}
	quoting := func() []byte {
		// The bytes of the first member hold the second one, header and all.
		archive := buildRawZIP(t, storedFile("a", strings.Repeat("a", 1000)), storedFile("b", strings.Repeat("b", 1000)))
		binary.LittleEndian.PutUint32(directoryEntry(t, archive, 0)[20:], 1500)
		return archive
	}
	tests := map[string]struct {
		archive func() []byte
		written int64
	}{
		"claims 10 GB":   {func() []byte { return buildRawZIP(t, bomb(t, "a.csv", 10_000, 10_000*mega)) }, 0},
		"claims a lot":   {func() []byte { return buildRawZIP(t, bomb(t, "a.csv", 1, 1<<62)) }, 0},
		"claims too far": {func() []byte { return buildRawZIP(t, bomb(t, "a.csv", 1, 1<<63)) }, 0},
		"claims a lot twice": {
			func() []byte { return buildRawZIP(t, bomb(t, "a.csv", 1, 1<<62), bomb(t, "b.csv", 1, 1<<62)) }, 0,
		},
		"claims 10 GB in 100 members": {func() []byte {
			return buildRawZIP(t, slices.Repeat([]rawFile{bomb(t, "a.csv", 100, 100*mega)}, 100)...)
		}, 0},
		// What it claims is just within the limit; what it does is not.
		"produces 10 GB": {func() []byte {
			return buildRawZIP(t, bomb(t, "a.csv", 10_000, 3*giga/2))
		}, freeInflation},
		"overlapping": {overlapping, 0},
		"quoting":     {quoting, 0},
		"more entries than allowed": {func() []byte {
			return buildRawZIP(t, make([]rawFile, maxEntries+1)...)
		}, 0},
		"more entries than can be counted": {func() []byte {
			return buildRawZIP(t, make([]rawFile, 1<<16+1)...)
		}, 0},
		"a directory too large": {func() []byte {
			archive := buildRawZIP(t, storedFile("a", "a"))
			binary.LittleEndian.PutUint32(archive[len(archive)-endLength+12:], maxDirectoryBytes+1)
			return archive
		}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			archive := tt.archive()
			for _, format := range []Format{FormatCSV, FormatZIP} {
				dst := new(counter)
				_, err := deliver(t.Context(), bytes.NewReader(archive), wanted(format), dst)
				wantProblem(t, err, ContentHostile)
				limit := tt.written + mega
				if format == FormatZIP {
					limit = int64(len(archive))
				}
				if dst.written > limit {
					t.Errorf("%s: %d bytes were written", format, dst.written)
				}
			}
		})
	}
}

// The limit holds for all members together: none of these goes past it on its own.
func TestArchiveHostileTogether(t *testing.T) {
	member, sum := bomb(t, "a.csv", 60, 60<<20), crc32.NewIEEE()
	for range 60 {
		sum.Write(bombBlock)
	}
	member.CRC32 = sum.Sum32()
	files := slices.Repeat([]rawFile{member}, 20)
	// An incompressible member at the end makes the claims of the whole look honest.
	files = append(files, storedFile("ballast", strings.Repeat("0123456789abcdef", 1<<19)))
	archive := buildRawZIP(t, files...)
	a, err := openArchive(t.Context(), bytes.NewReader(archive), int64(len(archive)), asIs)
	if err != nil {
		t.Fatal(err)
	}
	u := &unpacker{archive: a}
	_, err = u.verify()
	wantProblem(t, err, ContentHostile)
	if u.unpacked > freeInflation+1<<20 {
		t.Errorf("%d bytes were unpacked", u.unpacked)
	}
}

func TestArchiveNames(t *testing.T) {
	unicodePath := func(raw, name string) []byte {
		field := binary.LittleEndian.AppendUint16(nil, 0x7075)
		field = binary.LittleEndian.AppendUint16(field, uint16(5+len(name)))
		field = binary.LittleEndian.AppendUint32(append(field, 1), crc32.ChecksumIEEE([]byte(raw)))
		return append(field, name...)
	}
	tests := map[string]struct {
		file zipFile
		want string
	}{
		"ASCII":                     {zipFile{name: "a.csv"}, "a.csv"},
		"UTF-8":                     {zipFile{name: "Aufträge.csv"}, "Aufträge.csv"},
		"UTF-8 that isn't declared": {zipFile{name: "Aufträge.csv", nonUTF8: true}, "Aufträge.csv"},
		"code page 437":             {zipFile{name: "Auftr\x84ge.csv", nonUTF8: true}, "Aufträge.csv"},
		"Unicode path": {
			zipFile{name: "Auftr?ge.csv", extra: unicodePath("Auftr?ge.csv", "Aufträge.csv")}, "Aufträge.csv",
		},
		"Unicode path of a former name": {
			zipFile{name: "a.csv", extra: unicodePath("b.csv", "Aufträge.csv")}, "a.csv",
		},
		"neither UTF-8 nor declared so": {zipFile{name: "\xe1.csv"}, "ß.csv"},
		"broken extra field":            {zipFile{name: "a.csv", extra: []byte{0x75, 0x70, 9, 0, 1}}, "a.csv"},
		"path":                          {zipFile{name: "../../etc/cron.d/x"}, "../../etc/cron.d/x"},
		"no name":                       {zipFile{name: ""}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.file.data = testCSV
			archive := buildZIP(t, tt.file)
			members, err := ReadMembers(t.Context(), bytes.NewReader(archive), int64(len(archive)))
			if err != nil {
				t.Fatal(err)
			}
			if members[0].Name != tt.want {
				t.Errorf("name is %q, want %q", members[0].Name, tt.want)
			}
		})
	}
}

func TestArchiveNameNotAsDeclared(t *testing.T) {
	f := storedFile("\xe1.csv", testCSV)
	f.Flags |= 0x800
	_, got, err := received(t, buildRawZIP(t, f), wanted(FormatCSV))
	if err != nil || got.memberName != "\ufffd.csv" {
		t.Errorf("name is %q, error %v", got.memberName, err)
	}
}

func TestArchiveShapes(t *testing.T) {
	honest := buildRawZIP(t, storedFile("a.csv", testCSV))
	commented := append(bytes.Clone(honest), "PK\x05\x06, a comment that looks like an end record"...)
	commented[len(honest)-2] = byte(len(commented) - len(honest))
	for name, archive := range map[string][]byte{
		"plain":                   honest,
		"with a comment":          commented,
		"with bytes after it":     append(bytes.Clone(honest), "\r\n"...),
		"ZIP64":                   zip64Archive(t),
		"with an unused ZIP64":    zip64Archive(t),
		"with a spanning marker":  spannedArchive(t),
		"streamed, of many files": buildZIP(t, zipFile{name: "a.csv", data: testCSV}, zipFile{name: "__MACOSX/x", data: "x"}),
	} {
		t.Run(name, func(t *testing.T) {
			written, _, err := received(t, archive, wanted(FormatCSV))
			if err != nil || written != testCSV {
				t.Errorf("written was %q, error %v", written, err)
			}
		})
	}
}

// zip64Archive is an archive as a writer makes it that doesn't know in advance how long its parts get.
func zip64Archive(t testing.TB) []byte {
	t.Helper()
	le := binary.LittleEndian
	archive := buildRawZIP(t, storedFile("a.csv", testCSV))
	directory := le.Uint32(archive[len(archive)-endLength+16:])
	local := archive[:directory]

	entry := bytes.Clone(archive[directory : len(archive)-endLength])
	extra := le.AppendUint16(nil, 1)
	extra = le.AppendUint16(extra, 24)
	extra = le.AppendUint64(extra, uint64(len(testCSV)))
	extra = le.AppendUint64(extra, uint64(len(testCSV)))
	extra = le.AppendUint64(extra, 0)
	for _, at := range []int{20, 24, 42} {
		le.PutUint32(entry[at:], 1<<32-1)
	}
	le.PutUint16(entry[30:], uint16(len(extra)))
	entry = append(entry[:directoryLength+len("a.csv")], extra...)

	out := append(bytes.Clone(local), entry...)
	end64 := len(out)
	out = append(out, end64Signature...)
	out = le.AppendUint64(out, end64Length-12)
	out = append(out, 45, 0, 45, 0)
	out = append(out, make([]byte, 8)...)
	out = le.AppendUint64(out, 1)
	out = le.AppendUint64(out, 1)
	out = le.AppendUint64(out, uint64(len(entry)))
	out = le.AppendUint64(out, uint64(len(local)))
	out = append(out, locator64Signature...)
	out = append(out, make([]byte, 4)...)
	out = le.AppendUint64(out, uint64(end64))
	out = append(out, 1, 0, 0, 0)
	out = append(out, endSignature...)
	out = append(out, bytes.Repeat([]byte{0xff}, 16)...)
	out = append(out, 0, 0)

	if _, err := zip.NewReader(bytes.NewReader(out), int64(len(out))); err != nil {
		t.Fatal(err)
	}
	return out
}

// spannedArchive begins as a writer leaves it that was ready to change volumes and did not have to.
func spannedArchive(t testing.TB) []byte {
	t.Helper()
	return shifted(t, len(spanSignature))
}

// shifted returns an archive that starts some bytes late and knows it.
func shifted(t testing.TB, by int) []byte {
	t.Helper()
	archive := slices.Concat([]byte(spanSignature + "+++++")[:by], buildRawZIP(t, storedFile("a.csv", testCSV)))
	end := archive[len(archive)-endLength:]
	offset := binary.LittleEndian.Uint32(end[16:]) + uint32(by)
	binary.LittleEndian.PutUint32(end[16:], offset)
	binary.LittleEndian.PutUint32(archive[offset+42:], uint32(by))
	return archive
}

func TestArchiveRedacts(t *testing.T) {
	req := wanted(FormatCSV)
	req.redact = func(s string) string { return strings.ReplaceAll(s, "secret", "***") }
	_, got, err := received(t, buildZIP(t, zipFile{name: "secret.csv", data: testCSV}), req)
	if err != nil || got.memberName != "***.csv" {
		t.Errorf("name is %q, error %v", got.memberName, err)
	}
	_, _, err = received(t, buildZIP(t, zipFile{name: "secret\x1b[2J1"}, zipFile{name: "2"}), req)
	contentErr := wantProblem(t, err, ContentNotOneFile)
	if contentErr.Members[0] != "***[2J1" || strings.ContainsAny(contentErr.Reason, "\x1b") ||
		strings.Contains(contentErr.Reason, "secret") {
		t.Errorf("reason is %q, members are %q", contentErr.Reason, contentErr.Members)
	}
	req.format = FormatZIP
	_, got, err = received(t, buildZIP(t, zipFile{name: "secret.csv", data: testCSV}), req)
	if err != nil || got.members[0].Name != "***.csv" {
		t.Errorf("members are %v, error %v", got.members, err)
	}
}

func TestArchiveNamesFewMembers(t *testing.T) {
	files := make([]zipFile, 25)
	for i := range files {
		files[i].name = fmt.Sprint(i, strings.Repeat("a", 1000))
	}
	_, _, err := received(t, buildZIP(t, files...), wanted(FormatCSV))
	contentErr := wantProblem(t, err, ContentNotOneFile)
	if len(contentErr.Members) != 10 || len(contentErr.Reason) > 3000 ||
		!strings.Contains(contentErr.Reason, " and 15 more") {
		t.Errorf("%d members, reason is %q", len(contentErr.Members), contentErr.Reason)
	}
}

// Whatever this reader accepts, archive/zip reads the same.
func FuzzArchive(f *testing.F) {
	f.Add(buildZIP(f, zipFile{name: "a.csv", data: testCSV}))
	f.Add(buildZIP(f, zipFile{name: "a.csv", data: testCSV, stored: true}, zipFile{name: "d/"}))
	f.Add(buildRawZIP(f, storedFile("Auftr\x84ge.csv", testCSV)))
	f.Add(zip64Archive(f))
	f.Add(spannedArchive(f))
	f.Add(testWorkbook(f))
	f.Add(corrupted(f, buildZIP(f, zipFile{name: "a.csv", data: testCSV})))
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 1 << 20
		members, digest, err := archiveMembers(t.Context(), bytes.NewReader(data), int64(len(data)), limit, asIs)
		if err != nil {
			if members != nil || digest != "" {
				t.Error("an error came with members")
			}
			return
		}
		var total int64
		for _, m := range members {
			total += m.Size
		}
		if total > limit {
			t.Errorf("%d bytes were unpacked", total)
		}
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return // archive/zip gives up where a comment holds the signature of an end record
		}
		var want []Member
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
				return // it also compares the data descriptor, which repeats what the directory says
			}
			want = append(want, Member{Size: int64(len(b)), SHA256: sha256Hex(string(b))})
		}
		if MembersSHA256(want) != digest {
			t.Errorf("members are %v, archive/zip reads %v", members, want)
		}
	})
}
