package atomicfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	killedPieces = 4
	pieceSize    = 128 << 10
)

func killedContent(i int) []byte {
	return bytes.Repeat([]byte{'A' + byte(i%2)}, killedPieces*pieceSize)
}

// childReplace replaces a file for ever, with a line for every step.
func childReplace(args []string) error {
	for i := 0; ; i++ {
		p, err := NewPending(filepath.Dir(args[0]), PendingOptions{})
		if err != nil {
			return err
		}
		for piece := range slices.Chunk(killedContent(i), pieceSize) {
			if _, err := p.Write(piece); err != nil {
				return err
			}
			fmt.Println("written")
		}
		if _, err := p.Commit(context.Background(), args[0], CommitOptions{Replace: true}); err != nil {
			return err
		}
		fmt.Println("committed")
	}
}

func TestKilledWriterLeavesAWholeFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.csv")
	if err := os.WriteFile(path, killedContent(0), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		c := startChild(t, "replace", path)
		for range 1 + rand.IntN(3*(killedPieces+1)) {
			c.line()
		}
		c.kill()
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, killedContent(0)) && !bytes.Equal(got, killedContent(1)) {
			t.Fatalf("the path holds %d bytes of neither file", len(got))
		}
	}
	if err := save(path, []byte("last"), CommitOptions{Replace: true}); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, []byte("last"))
	wantFiles(t, dir, "report.csv")
}

// childHold has a pending file until its input ends, then commits it.
func childHold(args []string) error {
	p, err := NewPending(filepath.Dir(args[0]), PendingOptions{})
	if err != nil {
		return err
	}
	defer p.Discard()
	if _, err := p.Write([]byte("held")); err != nil {
		return err
	}
	fmt.Println(p.temp)
	awaitParent()
	_, err = p.Commit(context.Background(), args[0], CommitOptions{})
	return err
}

func TestSweepTakesOnlyTheDead(t *testing.T) {
	dir := t.TempDir()
	dead := startChild(t, "hold", filepath.Join(dir, "dead"))
	deadName := dead.line()
	live := startChild(t, "hold", filepath.Join(dir, "live"))
	liveName := live.line()
	dead.kill()
	if _, err := os.Stat(filepath.Join(dir, deadName)); err != nil {
		t.Fatalf("a killed writer should leave its file to the sweep: %v", err)
	}

	p := pendingWith(t, dir, "mine")
	if _, err := os.Stat(filepath.Join(dir, deadName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the left-over is still there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, liveName)); err != nil {
		t.Errorf("the live file was touched: %v", err)
	}
	if err := p.Discard(); err != nil {
		t.Fatal(err)
	}
	live.finish()
	wantContent(t, filepath.Join(dir, "live"), []byte("held"))
	wantFiles(t, dir, "live")
}

// childPlaced stops inside the commit, when the file already has its path and the temporary name is still there.
func childPlaced(args []string) error {
	p, err := NewPending(filepath.Dir(args[0]), PendingOptions{})
	if err != nil {
		return err
	}
	defer p.Discard()
	if _, err := p.Write([]byte("placed")); err != nil {
		return err
	}
	p.move = func(d *dir, temp, name string, _ bool) error {
		if err := os.Link(inFolder(p.path, temp), args[0]); err != nil {
			return err
		}
		fmt.Println(temp)
		awaitParent()
		return d.remove(temp)
	}
	_, err = p.Commit(context.Background(), args[0], CommitOptions{})
	return err
}

func TestSweepLeavesAFileInTheMiddleOfItsCommit(t *testing.T) {
	dir := t.TempDir()
	c := startChild(t, "placed", filepath.Join(dir, "file"))
	temp := c.line()
	sweep(opened(t, dir))
	wantFiles(t, dir, lockName, temp, "file")
	c.finish()
	wantFiles(t, dir, "file")
	wantContent(t, filepath.Join(dir, "file"), []byte("placed"))
}

func TestKillBetweenLinkAndUnlink(t *testing.T) {
	dir := t.TempDir()
	c := startChild(t, "placed", filepath.Join(dir, "file"))
	temp := c.line()
	c.kill()
	if left := names(t, dir); !slices.Contains(left, temp) || !slices.Contains(left, "file") {
		t.Fatalf("the killed process left %q", left)
	}
	sweep(opened(t, dir))
	wantFiles(t, dir, "file")
	wantContent(t, filepath.Join(dir, "file"), []byte("placed"))
}

func childSweep(args []string) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		awaitParent()
	}()
	fmt.Println("sweeping")
	for {
		select {
		case <-done:
			return nil
		default:
			d, err := openDir(args[0])
			if err != nil {
				return err
			}
			sweep(d)
			d.close()
		}
	}
}

const racedFiles = 20

func childWrite(args []string) error {
	for i := range racedFiles {
		name := args[1] + "-" + strconv.Itoa(i)
		if err := save(filepath.Join(args[0], name), []byte(name), CommitOptions{}); err != nil {
			return err
		}
	}
	return nil
}

func TestWritersAndSweepersRace(t *testing.T) {
	dir := t.TempDir()
	var sweepers, writers []*child
	for range 2 {
		c := startChild(t, "sweep", dir)
		c.line()
		sweepers = append(sweepers, c)
	}
	for i := range 10 {
		writers = append(writers, startChild(t, "write", dir, "writer-"+strconv.Itoa(i)))
	}
	for _, c := range writers {
		c.finish()
	}
	for _, c := range sweepers {
		c.finish()
	}
	for i := range 10 {
		for j := range racedFiles {
			name := fmt.Sprintf("writer-%d-%d", i, j)
			wantContent(t, filepath.Join(dir, name), []byte(name))
		}
	}
	if got := len(names(t, dir)); got != 10*racedFiles {
		t.Errorf("the folder holds %d files, want %d", got, 10*racedFiles)
	}
}

func childLock(args []string) error {
	d, err := openDir(args[0])
	if err != nil {
		return err
	}
	unlock, err := d.lock(context.Background())
	if err != nil {
		return err
	}
	fmt.Println("locked")
	awaitParent()
	unlock()
	return nil
}

func TestCommitWaitsForAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	c := startChild(t, "lock", dir)
	c.line()

	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		p := pendingWith(t, dir, "content")
		_, err := p.Commit(ctx, path, CommitOptions{})
		if !errors.Is(err, TargetLocked) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), lockName) {
			t.Errorf("under another process's lock: %v", err)
		}
		if err := p.Discard(); err != nil {
			t.Error(err)
		}
	})
	wantFiles(t, dir, lockName)

	c.finish()
	next := startChild(t, "hold", path) // a channel of the bubble, which keeps the queue, cannot be used outside of it
	next.line()
	next.finish()
	wantFiles(t, dir, "file")
}
