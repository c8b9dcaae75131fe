package atomicfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Folder returns the folder that path is in, "." for a bare name. Unlike filepath.Dir it keeps "link/.." as it is
// written, which is where the system will look when the link leads elsewhere.
func Folder(path string) string {
	dir, _ := filepath.Split(path)
	if dir == "" {
		return "."
	}
	return trimSeparators(dir)
}

// trimSeparators takes trailing separators off, but leaves a root whole.
func trimSeparators(path string) string {
	root := len(filepath.VolumeName(path)) + 1
	end := len(path)
	for end > root && os.IsPathSeparator(path[end-1]) {
		end--
	}
	return path[:end]
}

// inFolder joins without cleaning, see Folder. "C:" stays the current folder of that drive.
func inFolder(dir, name string) string {
	volume := filepath.VolumeName(dir)
	if os.IsPathSeparator(dir[len(dir)-1]) || volume == dir && strings.HasSuffix(volume, ":") {
		return dir + name
	}
	return dir + string(filepath.Separator) + name
}

// folder is what this process knows of one folder, whatever its spelling. The sweep and the queue for the lock are the
// process's, not a caller's, hence the one map of the package.
type folder struct {
	key   string
	swept sync.Once
	turn  chan struct{} // goroutines queue here, so that only processes have to poll
}

var folders sync.Map // canonical path to *folder

func folderAt(dir string) *folder {
	key := canonicalFolder(dir)
	known, ok := folders.Load(key)
	if !ok {
		known, _ = folders.LoadOrStore(key, &folder{key: key, turn: make(chan struct{}, 1)})
	}
	return known.(*folder)
}

// lock takes the exclusive lock of the folder, among goroutines and processes, and returns what gives it back. dir is a
// spelling of the folder. Its error is that of ctx: where nothing can be locked, the work goes on without.
func (f *folder) lock(ctx context.Context, dir string) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case f.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	file, err := lockFirst(ctx,
		func() (*os.File, error) { return openFolderForLock(dir) },
		func() (*os.File, error) { return openLockFile(filepath.Join(os.TempDir(), lockFileName(f.key))) })
	if err != nil {
		<-f.turn
		return nil, err
	}
	return func() {
		if file != nil {
			file.Close()
		}
		<-f.turn
	}, nil
}

// lockFirst waits for the lock of the first candidate that can be opened and locked; none of them is no error.
func lockFirst(ctx context.Context, candidates ...func() (*os.File, error)) (*os.File, error) {
	for _, open := range candidates {
		file, err := open()
		if isMissing(err) {
			return nil, nil // a folder that is gone needs no lock
		}
		if err != nil {
			continue
		}
		if err := waitLock(ctx, file); err == nil {
			return file, nil
		}
		file.Close()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func waitLock(ctx context.Context, file *os.File) error {
	const longest = 50 * time.Millisecond
	for pause := time.Millisecond; ; pause = min(2*pause, longest) {
		locked, err := tryLock(file)
		if locked || err != nil {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

func lockFileName(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "digicert-" + hex.EncodeToString(sum[:8]) + ".lock"
}

// makeFolders creates dir and what is missing above it, each with mode whatever the umask, and adds them to made, the
// outermost first. What exists stays as it is.
func makeFolders(dir string, mode fs.FileMode, made *[]string) error {
	err := requireFolder(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir = trimSeparators(dir)
	parent := Folder(dir)
	if parent == dir {
		return err
	}
	if err := makeFolders(parent, mode, made); err != nil {
		return err
	}
	err = os.Mkdir(dir, mode)
	if errors.Is(err, fs.ErrExist) {
		return requireFolder(dir) // another one was faster
	}
	if err != nil {
		return err
	}
	*made = append(*made, dir)
	if err := setFolderMode(dir, mode); err != nil {
		return err
	}
	_ = syncFolder(parent) // without it only the new folder's durability suffers, and Commit flushes the folder itself
	return nil
}

func requireFolder(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return &fs.PathError{Op: "mkdir", Path: dir, Err: syscall.ENOTDIR}
	}
	return err
}

// setFolderMode keeps an inherited set-group-ID bit: it is how shared folders hand on their group.
func setFolderMode(dir string, mode fs.FileMode) error {
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() == mode {
		return err
	}
	return ignoreUnsupported(os.Chmod(dir, mode|info.Mode()&fs.ModeSetgid))
}

// removeFolders takes back the folders that makeFolders made, unless somebody has put something into them since.
func removeFolders(made []string) {
	for _, dir := range slices.Backward(made) {
		_ = os.Remove(dir)
	}
}
