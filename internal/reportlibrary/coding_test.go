package reportlibrary

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
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
	for name, tt := range map[string]struct {
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
	} {
		header := http.Header{"Content-Encoding": {"gzip"}}
		c, requests := answering(t, header, tt.body, good)
		got, err := download(t, c, anyRequest)
		if err != nil || got != testCSV || *requests != 2 {
			t.Errorf("%s: download is %q, %v after %d requests", name, got, err, *requests)
		}
		c, requests = answering(t, header, tt.body)
		_, err = download(t, c, anyRequest)
		if reason := wantProblem(t, err, ContentBodyDamaged).Reason; !strings.Contains(reason, tt.want) || *requests != 3 {
			t.Errorf("%s: reason is %q after %d requests, want one with %q after 3", name, reason, *requests, tt.want)
		}
	}
}

func TestContentEncoding(t *testing.T) {
	plain, packed := []byte(testCSV), gzipped(t, testCSV)
	twice := gzipped(t, string(packed))
	thrice := gzipped(t, string(twice))
	with := func(end string) []byte { return append(bytes.Clone(packed), end...) }
	half := len(testCSV) / 2
	for name, tt := range map[string]struct {
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
	} {
		c, _ := answering(t, http.Header{"Content-Encoding": {tt.encoding}}, tt.body)
		if got, err := download(t, c, anyRequest); err != nil || got != testCSV {
			t.Errorf("%s: download is %q, %v", name, got, err)
		}
	}
	for encoding, want := range map[string]string{
		"br": "br", "zstd": "zstd", "deflate": "deflate", "compress": "compress", "br, gzip": "br and gzip",
		"gzip, gzip, gzip, gzip":         "gzip and gzip and gzip and gzip",
		strings.Repeat("gzip, ", 30_000): "gzip and gzip",
	} {
		c, requests := answering(t, http.Header{"Content-Encoding": {encoding}}, plain)
		_, err := download(t, c, anyRequest)
		reason := wantProblem(t, err, ContentUnexpected).Reason
		if !strings.Contains(reason, "compressed with "+want) || len(reason) > 300 || *requests != 1 {
			t.Errorf("%.20q: reason is %.300q after %d requests", encoding, reason, *requests)
		}
	}
}

func TestFrames(t *testing.T) {
	signature := ";chunk-signature=" + strings.Repeat("a", 64)
	rest := strings.Repeat("x", 2*frameSearch)
	for name, tt := range map[string]struct {
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
	} {
		c, requests := answering(t, http.Header{"Content-Encoding": {tt.encoding}}, []byte(tt.body))
		got, err := download(t, c, anyRequest)
		if !tt.framed {
			if err != nil || got != tt.body {
				t.Errorf("%s: download is %q, %v", name, got, err)
			}
			continue
		}
		if reason := wantProblem(t, err, ContentUnexpected).Reason; !strings.Contains(reason, "aws-chunked") || *requests != 1 {
			t.Errorf("%s: reason is %q after %d requests", name, reason, *requests)
		}
	}
}

func TestFramesDeclaredByLength(t *testing.T) {
	header := http.Header{"X-Amz-Decoded-Content-Length": {"52"}}
	c, _ := answering(t, header, []byte("34\r\n"+testCSV+"\r\n0\r\n\r\n"))
	_, err := download(t, c, anyRequest)
	wantProblem(t, err, ContentUnexpected)
	c, _ = answering(t, header, []byte(testCSV))
	if got, err := download(t, c, anyRequest); err != nil || got != testCSV {
		t.Errorf("without frames: download is %q, %v", got, err)
	}
}

func TestEmptyCompressedBodyIsEmpty(t *testing.T) {
	for _, body := range [][]byte{{}, gzipped(t, "")} {
		c, _ := answering(t, http.Header{"Content-Encoding": {"gzip"}}, body)
		_, err := download(t, c, anyRequest)
		wantProblem(t, err, ContentEmpty)
		req := anyRequest
		req.AllowEmpty = true
		if got, err := download(t, c, req); err != nil || got != "" {
			t.Errorf("download is %q, %v", got, err)
		}
	}
}

// gzipResponse is a response with a compressed body of unknown length.
func gzipResponse(ctx context.Context) *http.Response {
	resp := &http.Response{Header: http.Header{"Content-Encoding": {"gzip"}}, ContentLength: -1}
	resp.Request = new(http.Request).WithContext(ctx)
	return resp
}

func TestCompressedBombIsRefused(t *testing.T) {
	body, _, err := decodedBody(bytes.NewReader(gzipped(t, testCSV)), gzipResponse(t.Context()), 0, asIs)
	if err != nil {
		t.Fatal(err)
	}
	body.(*gzipBody).decoded = zipfile.FreeInflation // as if that much had come out of these few bytes
	_, err = io.ReadAll(body)
	wantProblem(t, err, ContentHostile)
	if retryable(err) {
		t.Error("a bomb is asked for again")
	}
}

// What arrives counts against the limit even where nothing comes out of it.
func TestCompressedLimit(t *testing.T) {
	packed := append(gzipped(t, testCSV), make([]byte, 10_000)...)
	for limit, within := range map[int64]bool{int64(len(packed)): true, int64(len(packed)) - 1: false} {
		body, _, err := decodedBody(bytes.NewReader(packed), gzipResponse(t.Context()), limit, asIs)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(body)
		if within && err != nil {
			t.Error(err)
		}
		if !within {
			wantProblem(t, err, ContentTooLarge)
		}
	}
}

// A compressed body that yields nothing is read in a single call, which has to end with the context nevertheless.
func TestCompressedBodyIsCancelled(t *testing.T) {
	cause := errors.New("cancelled")
	header := "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00"
	for name, block := range map[string][]byte{
		"empty blocks":  zipfiletest.EmptyBlocks(1)[:5],
		"empty streams": gzipped(t, ""),
		"zeros":         {0},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		read := 0
		endless := readerFunc(func(p []byte) (int, error) {
			if read++; read > 100 {
				cancel(cause)
			}
			if read > 10_000 {
				return 0, errors.New("it goes on for ever")
			}
			p = p[:len(p)/len(block)*len(block)]
			for rest := p; len(rest) > 0; rest = rest[copy(rest, block):] {
			}
			return len(p), nil
		})
		start := []byte(header)
		if name != "empty blocks" {
			start = gzipped(t, "")
		}
		body, _, err := decodedBody(io.MultiReader(bytes.NewReader(start), endless), gzipResponse(ctx), 0, asIs)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = io.ReadAll(body); !errors.Is(err, cause) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

// A failure of the network stays one, whichever layer it came through.
func TestCompressedBodyBreaksOff(t *testing.T) {
	cause := errors.New("connection reset")
	packed := gzipped(t, string(gzipped(t, testCSV)))
	for n := range packed {
		resp := gzipResponse(t.Context())
		resp.Header.Set("Content-Encoding", "gzip, gzip")
		body, _, err := decodedBody(
			io.MultiReader(bytes.NewReader(packed[:n]), iotest.ErrReader(cause)), resp, 0, asIs)
		if err == nil {
			_, err = io.ReadAll(body)
		}
		if as[*TransferError](t, err); !errors.Is(err, cause) {
			t.Errorf("broken off after %d bytes: error is %v", n, err)
		}
	}
}

func TestGzipBodyIsAReader(t *testing.T) {
	packed := slices.Concat(gzipped(t, testCSV), gzipped(t, testCSV), []byte("\n"))
	body, _, err := decodedBody(bytes.NewReader(packed), gzipResponse(t.Context()), 0, asIs)
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(body, []byte(testCSV+testCSV)); err != nil {
		t.Error(err)
	}
}
