//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// dir is an open folder. Its methods take plain names and never follow a link, so that they work in this folder even if
// its path changes.
type dir struct {
	file *os.File
	id   fileID
}

var errNotFolder error = syscall.ENOTDIR

// openDir opens the folder at path, and follows links.
func openDir(path string) (*dir, error) {
	file, err := os.OpenFile(path, dirAccess|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	return newDir(file)
}

func newDir(file *os.File) (*dir, error) {
	info, err := statFile(file)
	if err != nil {
		file.Close()
		return nil, err
	}
	return &dir{file: file, id: info.id}, nil
}

func (d *dir) openDir(name string, follow bool) (*dir, error) {
	flags := dirAccess | unix.O_DIRECTORY
	if !follow {
		flags |= unix.O_NOFOLLOW
	}
	file, err := d.openAt(name, flags, 0)
	if err != nil {
		return nil, err
	}
	return newDir(file)
}

func (d *dir) close() { d.file.Close() }

func (d *dir) at(op, name string, f func(fd int) error) error {
	if err := control(d.file, f); err != nil {
		return &fs.PathError{Op: op, Path: name, Err: err}
	}
	return nil
}

func (d *dir) openAt(name string, flags int, mode fs.FileMode) (*os.File, error) {
	var opened int
	err := d.at("openat", name, func(fd int) (err error) {
		opened, err = unix.Openat(fd, name, flags|unix.O_CLOEXEC, uint32(mode))
		return err
	})
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(opened), name), nil
}

func (d *dir) create(name string) (*os.File, error) {
	return d.openAt(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|unix.O_NOFOLLOW, tempMode)
}

// createScratch creates a file that is removed when it is closed.
func (d *dir) createScratch(name string) (*os.File, error) { return d.create(name) }

// openShared opens the regular file name for reading and writing. It creates it for the owner only.
func (d *dir) openShared(name string) (*os.File, error) {
	return d.openAt(name, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW|unix.O_NONBLOCK, tempMode)
}

func (i fileInfo) isOwn() bool { return int(i.owner) == os.Geteuid() }

const removesOpen = true

// open opens an existing regular file, and does not block on a pipe. For another kind it returns only the info.
func (d *dir) open(name string, access int) (*os.File, fileInfo, error) {
	var opened int
	err := d.at("openat", name, func(fd int) (err error) {
		opened, err = unix.Openat(fd, name, access|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		return err
	})
	if err != nil {
		return nil, fileInfo{}, err
	}
	var stat unix.Stat_t
	err = retryInterrupted(func() error { return unix.Fstat(opened, &stat) })
	info := infoOf(&stat)
	if err == nil && info.kind == Regular {
		err = unix.SetNonblock(opened, false) // otherwise the runtime polls it
	}
	if err != nil || info.kind != Regular {
		unix.Close(opened)
		if err != nil {
			err = &fs.PathError{Op: "openat", Path: name, Err: err}
		}
		return nil, info, err
	}
	return os.NewFile(uintptr(opened), name), info, nil
}

func isReplaced(err error) bool {
	return errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.EMLINK) || errors.Is(err, syscall.ENXIO)
}

func (d *dir) lstat(name string) (fileInfo, error) {
	name = hooks.lookUp(name)
	var stat unix.Stat_t
	err := d.at("lstat", name, func(fd int) error { return unix.Fstatat(fd, name, &stat, unix.AT_SYMLINK_NOFOLLOW) })
	if err != nil {
		return fileInfo{}, err
	}
	return infoOf(&stat), nil
}

func (d *dir) mkdir(name string, mode fs.FileMode) error {
	return d.at("mkdir", name, func(fd int) error { return unix.Mkdirat(fd, name, uint32(mode.Perm())) })
}

func (d *dir) remove(name string) error {
	return d.at("remove", name, func(fd int) error { return unix.Unlinkat(fd, name, 0) })
}

func (d *dir) removeDir(name string) error {
	return d.at("remove", name, func(fd int) error { return unix.Unlinkat(fd, name, unix.AT_REMOVEDIR) })
}

// readable opens the folder itself, for its names, its flush and its flags.
func (d *dir) readable() (*os.File, error) { return d.openAt(".", os.O_RDONLY|unix.O_DIRECTORY, 0) }

// sync flushes the names of the folder to disk. A folder that can be written but not read cannot be flushed.
func (d *dir) sync() error {
	folder, err := d.readable()
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer folder.Close()
	return ignoreUnsupported(folder.Sync())
}

func statFile(file *os.File) (fileInfo, error) {
	var stat unix.Stat_t
	err := control(file, func(fd int) error { return unix.Fstat(fd, &stat) })
	return infoOf(&stat), err
}

// statPath describes the file or folder at path. It follows links.
func statPath(path string) (fileInfo, error) {
	var stat unix.Stat_t
	if err := retryInterrupted(func() error { return unix.Stat(path, &stat) }); err != nil {
		return fileInfo{}, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return infoOf(&stat), nil
}

func infoOf(stat *unix.Stat_t) fileInfo {
	info := fileInfo{
		id:   fileID{uint64(stat.Dev), uint64(stat.Ino)}, //nolint:unconvert // the types differ by system
		mode: fs.FileMode(stat.Mode) & fs.ModePerm, size: stat.Size,
		modified: stat.Mtim.Nano(), changed: stat.Ctim.Nano(),
		links: uint64(stat.Nlink), owner: stat.Uid, //nolint:unconvert // the types differ by system
	}
	switch uint32(stat.Mode) & unix.S_IFMT { //nolint:unconvert // the types differ by system
	case unix.S_IFREG:
		info.kind = Regular
	case unix.S_IFDIR:
		info.kind = Directory
	case unix.S_IFLNK:
		info.kind = Symlink
	default:
		info.kind = Other
	}
	return info
}

func control(file *os.File, f func(fd int) error) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	if err := conn.Control(func(fd uintptr) {
		result = retryInterrupted(func() error { return f(int(fd)) })
	}); err != nil {
		return err
	}
	return result
}

func retryInterrupted(f func() error) error {
	for {
		if err := f(); err != unix.EINTR {
			return err
		}
	}
}
