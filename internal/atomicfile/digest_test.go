package atomicfile

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/synctest"
)

func TestDigestsEncodings(t *testing.T) {
	d := NewDigester()
	io.WriteString(d, "abc")
	sum := d.Sum()
	tests := []struct{ name, got, want string }{
		{"sha256 hex", sum.SHA256Hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"sha256 base64", sum.SHA256Base64(), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="},
		{"sha512 hex", sum.SHA512Hex(), "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
			"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
		{"md5 hex", sum.MD5Hex(), "900150983cd24fb0d6963f7d28e17f72"},
		{"size", strconv.FormatInt(sum.Size, 10), "3"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
}

func pattern(size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(i*7 + i>>10)
	}
	return b
}

func digestsOf(b []byte) Digests {
	return Digests{SHA256: sha256.Sum256(b), SHA512: sha512.Sum512(b), MD5: md5.Sum(b), Size: int64(len(b))}
}

// The sizes are those around the ends of blocks, and enough of them to fill every queue.
var digestSizes = []int{0, 1, blockSize - 1, blockSize, blockSize + 1, 2 * blockSize, 13*blockSize + 13}

func TestDigesterAtEverySize(t *testing.T) {
	for _, size := range digestSizes {
		for _, step := range []int{9999, blockSize, 3*blockSize + 1} {
			// The bubble fails the test if a goroutine is left.
			synctest.Test(t, func(t *testing.T) {
				content := pattern(size)
				d := NewDigester()
				for rest := content; len(rest) > 0; rest = rest[min(step, len(rest)):] {
					if n, err := d.Write(rest[:min(step, len(rest))]); n != min(step, len(rest)) || err != nil {
						t.Fatalf("Write: %d, %v", n, err)
					}
				}
				if got := d.Sum(); got != digestsOf(content) {
					t.Errorf("size %d in steps of %d: %+v", size, step, got)
				}
				if d.Sum() != digestsOf(content) {
					t.Errorf("size %d: the second sum differs", size)
				}
			})
		}
	}
}

func TestDigesterLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewDigester()
		content := pattern(5 * blockSize)
		d.Write(content)
		d.Reset()
		io.WriteString(d, "abc")
		if d.Sum() != digestsOf([]byte("abc")) {
			t.Error("Reset in the middle left something")
		}
		if _, err := d.Write([]byte("x")); err == nil {
			t.Error("Write after Sum succeeded")
		}
		if d.Sum() != digestsOf([]byte("abc")) {
			t.Error("a refused Write changed the sum")
		}
		d.Reset()
		d.Write(content)
		d.Close()
		d.Close()
		if _, err := d.Write([]byte("x")); err == nil {
			t.Error("Write after Close succeeded")
		}
		if d.Sum() != digestsOf(content) {
			t.Error("Sum after Close differs")
		}
	})
}

func TestDigesterAllocatesNothingPerBlock(t *testing.T) {
	const count = 200
	content := pattern(blockSize)
	d := NewDigester()
	allocs := testing.AllocsPerRun(3, func() {
		d.Reset()
		for range count {
			d.Write(content)
		}
		d.Close()
	})
	// The race detector makes sync.Pool forget one in four; without the pool it would be one per block and more.
	if allocs >= count {
		t.Errorf("%v allocations for %d blocks", allocs, count)
	}
}

func TestDigestFile(t *testing.T) {
	for _, size := range digestSizes {
		content := pattern(size)
		path := writeFile(t, inTemp(t, "file"), string(content))
		synctest.Test(t, func(t *testing.T) {
			got, err := digestFile(t.Context(), path)
			if err != nil || got != digestsOf(content) {
				t.Errorf("DigestFile of %d bytes: %+v, %v", size, got, err)
			}
			file := openedFile(t, path)
			if sum, err := file.SHA256(t.Context()); err != nil || sum != digestsOf(content).SHA256Hex() || file.Size() != int64(size) {
				t.Errorf("SHA256 of %d bytes: %s, %d, %v", size, sum, file.Size(), err)
			}
		})
	}
}

func openedFile(t *testing.T, path string) *File {
	t.Helper()
	file, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func TestDigestFileErrors(t *testing.T) {
	dir := t.TempDir()
	file := writeFile(t, filepath.Join(dir, "file"), "x")
	tests := []struct {
		name, path string
		want       error
	}{
		{"missing", filepath.Join(dir, "missing"), fs.ErrNotExist},
		{"below a file", filepath.Join(file, "below"), fs.ErrNotExist},
		{"folder", dir, TargetDirectory},
	}
	for _, tt := range tests {
		_, err := digestFile(t.Context(), tt.path)
		if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != tt.path || !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// endingContext ends at the n-th look at it.
type endingContext struct {
	context.Context
	looks int
}

func (c *endingContext) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// countingReader counts the bytes that were read.
type countingReader struct{ read int }

func (r *countingReader) Read(b []byte) (int, error) {
	r.read += len(b)
	return len(b), nil
}

func TestDigestStopsBetweenBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewDigester()
		defer d.Close()
		endless := &countingReader{}
		err := d.pipe.readAll(&contextReader{ctx: &endingContext{t.Context(), 3}, r: endless})
		if !errors.Is(err, context.Canceled) || endless.read != 3*blockSize {
			t.Errorf("%v after %d bytes, want three blocks", err, endless.read)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := writeFile(t, inTemp(t, "file"), "x")
	if _, err := digestFile(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("DigestFile: %v", err)
	}
	if _, err := openedFile(t, path).SHA256(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("SHA256: %v", err)
	}
	if _, err := Inspect(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("Inspect: %v", err)
	}
}

func TestDigestNamesThePathOfAReadError(t *testing.T) {
	file, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	_, err = (&File{path: "/the/path", file: file}).Digests(t.Context())
	if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != "/the/path" {
		t.Errorf("%v", err)
	}
}

func BenchmarkDigester(b *testing.B) {
	for _, size := range []int{10 << 10, 1 << 20, 64 << 20} {
		b.Run(strconv.Itoa(size>>10)+"KiB", func(b *testing.B) {
			piece := pattern(min(size, 32<<10))
			d := NewDigester()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				d.Reset()
				for n := 0; n < size; n += len(piece) {
					d.Write(piece)
				}
				d.Sum()
			}
		})
	}
}

func BenchmarkFile(b *testing.B) {
	for _, size := range []int{10 << 10, 1 << 20, 64 << 20} {
		path := filepath.Join(b.TempDir(), "file")
		if err := os.WriteFile(path, bytes.Repeat([]byte("x"), size), 0o600); err != nil {
			b.Fatal(err)
		}
		b.Run("SHA256/"+strconv.Itoa(size>>10)+"KiB", func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if status, err := Inspect(b.Context(), path); err != nil || status.Kind != Regular {
					b.Fatal(err)
				}
			}
		})
		b.Run("all/"+strconv.Itoa(size>>10)+"KiB", func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := digestFile(b.Context(), path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// digestFile opens the file at path and digests it.
func digestFile(ctx context.Context, path string) (Digests, error) {
	file, err := Open(path)
	if err != nil {
		return Digests{}, err
	}
	defer file.Close()
	return file.Digests(ctx)
}
