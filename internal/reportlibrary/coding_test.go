package reportlibrary

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func gzipped(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDamagedCompressionIsRetried(t *testing.T) {
	good := gzipped(t, testCSV)
	badChecksum, badData := bytes.Clone(good), bytes.Clone(good)
	badChecksum[len(badChecksum)-8] ^= 1
	badData[15] ^= 0xff
	tests := map[string]struct {
		body []byte
		want string
	}{
		"breaks off in its header":  {good[:5], "the compressed body breaks off (5 bytes arrived)"},
		"breaks off in its data":    {good[:20], "the compressed body breaks off (20 bytes arrived)"},
		"breaks off in its trailer": {good[:len(good)-1], "breaks off"},
		"wrong checksum":            {badChecksum, "is damaged: gzip: invalid checksum"},
		"wrong data":                {badData, "is damaged"},
		"not gzip":                  {[]byte(testCSV), "the compressed body is not compressed with gzip, as its Content-Encoding says"},
		"garbage behind it":         {append(bytes.Clone(good), "garbage"...), "is damaged: gzip: invalid header"},
		"garbage behind padding":    {append(bytes.Clone(good), "\x00\x00garbage"...), "is damaged: gzip: invalid header"},
		"second stream breaks off":  {append(bytes.Clone(good), good[:20]...), "breaks off"},
	}
	for name, tt := range tests {
		header := http.Header{"Content-Encoding": {"gzip"}}
		c, requests := serving(t, header, tt.body, good)
		got, err := download(t, c, anyRequest)
		if err != nil || got != testCSV || *requests != 2 {
			t.Errorf("%s: download is %q, %v after %d requests", name, got, err, *requests)
		}
		c, requests = serving(t, header, tt.body)
		_, err = download(t, c, anyRequest)
		if reason := wantKind(t, err, KindBodyDamaged).Message; !strings.Contains(reason, tt.want) || *requests != 3 {
			t.Errorf("%s: reason: got %q after %d requests, want one with %q after 3", name, reason, *requests, tt.want)
		}
	}
}

func TestContentEncoding(t *testing.T) {
	plain, packed := []byte(testCSV), gzipped(t, testCSV)
	twice := gzipped(t, string(packed))
	thrice := gzipped(t, string(twice))
	with := func(end string) []byte { return append(bytes.Clone(packed), end...) }
	half := len(testCSV) / 2
	tests := map[string]struct {
		encoding string
		body     []byte
	}{
		"gzip":             {"gzip", packed},
		"in capitals":      {"GZIP", packed},
		"x-gzip":           {" x-gzip ", packed},
		"aws-chunked too":  {"aws-chunked, gzip", packed},
		"identity too":     {"gzip, identity", packed},
		"twice":            {"gzip, gzip", twice},
		"twice and padded": {"gzip, gzip", append(bytes.Clone(twice), 0, 0)},
		"thrice":           {"gzip,x-gzip,gzip", thrice},
		"zeros behind it":  {"gzip", with(strings.Repeat("\x00", 100_000))},
		"line break":       {"gzip", with("\r\n")},
		"several streams":  {"gzip", slices.Concat(gzipped(t, testCSV[:half]), gzipped(t, ""), gzipped(t, testCSV[half:]))},
		"padded between":   {"gzip", slices.Concat(gzipped(t, testCSV[:half]), []byte{0, 0}, gzipped(t, testCSV[half:]))},
		"identity":         {"identity", plain},
		"a charset":        {"utf-8", plain},
		"aws-chunked":      {"aws-chunked", plain},
		"nothing":          {"", plain},
	}
	for name, tt := range tests {
		c, _ := serving(t, http.Header{"Content-Encoding": {tt.encoding}}, tt.body)
		if got, err := download(t, c, anyRequest); err != nil || got != testCSV {
			t.Errorf("%s: download is %q, %v", name, got, err)
		}
	}
	for encoding, want := range map[string]string{
		"br": "br", "zstd": "zstd", "deflate": "deflate", "compress": "compress", "br, gzip": "br and gzip",
		"gzip, gzip, gzip, gzip":         "gzip and gzip and gzip and gzip",
		strings.Repeat("gzip, ", 30_000): "gzip and gzip",
	} {
		c, requests := serving(t, http.Header{"Content-Encoding": {encoding}}, plain)
		_, err := download(t, c, anyRequest)
		reason := wantKind(t, err, KindCoding).Message
		if !strings.Contains(reason, "compressed with "+want) || len(reason) > 300 || *requests != 1 {
			t.Errorf("%.20q: reason is %.300q after %d requests", encoding, reason, *requests)
		}
	}
}

func TestFrames(t *testing.T) {
	signature := ";chunk-signature=" + strings.Repeat("a", 64)
	rest := strings.Repeat("x", 2*4096)
	tests := map[string]struct {
		encoding, body string
		framed         bool
	}{
		"signed":              {"aws-chunked", "34" + signature + "\r\n" + testCSV + "\r\n0" + signature + "\r\n\r\n", true},
		"signed, undeclared":  {"", "34" + signature + "\r\n" + testCSV + "\r\n0" + signature + "\r\n\r\n", true},
		"unsigned":            {"aws-chunked", "34\r\n" + testCSV + "\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", true},
		"unsigned and long":   {"aws-chunked", "10000\r\n" + rest, true},
		"unsigned, two":       {"aws-chunked", "1\r\na\r\n1\r\nb\r\n0\r\n\r\n", true},
		"unsigned, a trailer": {"", "34\r\n" + testCSV + "\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", true},
		"removed":             {"aws-chunked", testCSV, false},
		"a heading of digits": {"aws-chunked", "a\r\n1\r\n2\r\n", false},
		"a year":              {"aws-chunked", "2026\r\n1\r\n", false},
		"undeclared digits":   {"", "1\r\na\r\n1\r\nb\r\n0\r\n\r\n", false},
	}
	for name, tt := range tests {
		c, requests := serving(t, http.Header{"Content-Encoding": {tt.encoding}}, []byte(tt.body))
		got, err := download(t, c, anyRequest)
		if !tt.framed {
			if err != nil || got != tt.body {
				t.Errorf("%s: download is %q, %v", name, got, err)
			}
			continue
		}
		if reason := wantKind(t, err, KindCoding).Message; !strings.Contains(reason, "aws-chunked") || *requests != 1 {
			t.Errorf("%s: reason is %q after %d requests", name, reason, *requests)
		}
	}
}

func TestFramesDeclaredByLength(t *testing.T) {
	header := http.Header{"X-Amz-Decoded-Content-Length": {"52"}}
	c, _ := serving(t, header, []byte("34\r\n"+testCSV+"\r\n0\r\n\r\n"))
	_, err := download(t, c, anyRequest)
	wantKind(t, err, KindCoding)
	c, _ = serving(t, header, []byte(testCSV))
	if got, err := download(t, c, anyRequest); err != nil || got != testCSV {
		t.Errorf("without frames: download is %q, %v", got, err)
	}
}

func TestEmptyCompressedBodyIsEmpty(t *testing.T) {
	for _, body := range [][]byte{{}, gzipped(t, "")} {
		c, _ := serving(t, http.Header{"Content-Encoding": {"gzip"}}, body)
		_, err := download(t, c, anyRequest)
		wantKind(t, err, KindEmpty)
		req := anyRequest
		req.AllowEmpty = true
		if got, err := download(t, c, req); err != nil || got != "" {
			t.Errorf("download is %q, %v", got, err)
		}
	}
}
