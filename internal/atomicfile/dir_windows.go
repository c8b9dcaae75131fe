package atomicfile

import (
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// dir is an open folder. Functions relative to a handle are missing on Windows. But a handle that does not share
// deletion keeps the folder and all folders above it from being renamed or removed, and path contains no links.
type dir struct {
	file *os.File
	path string
	id   fileID
}

var errNotFolder error = windows.ERROR_DIRECTORY

func openDir(path string) (*dir, error) {
	return openDirWith(path, windows.FILE_FLAG_BACKUP_SEMANTICS)
}

func openDirWith(path string, flags uint32) (*dir, error) {
	const access, share = windows.FILE_READ_ATTRIBUTES | windows.FILE_LIST_DIRECTORY,
		windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE
	file, err := openFile(path, access, share, windows.OPEN_EXISTING, flags)
	if err != nil {
		return nil, err
	}
	info, err := statFile(file)
	if err == nil && info.kind != Directory {
		err = &fs.PathError{Op: "open", Path: path, Err: errNotFolder}
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return &dir{file: file, path: finalPath(file, path), id: info.id}, nil
}

func finalPath(file *os.File, path string) string {
	buffer := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetFinalPathNameByHandle(windows.Handle(file.Fd()), &buffer[0], uint32(len(buffer)), 0)
	if err != nil || n == 0 || int(n) >= len(buffer) {
		return path
	}
	return windows.UTF16ToString(buffer[:n])
}

func (d *dir) openDir(name string, follow bool) (*dir, error) {
	flags := uint32(windows.FILE_FLAG_BACKUP_SEMANTICS)
	if !follow {
		flags |= windows.FILE_FLAG_OPEN_REPARSE_POINT
	}
	return openDirWith(d.join(name), flags)
}

func (d *dir) close() { d.file.Close() }

func (d *dir) join(name string) string { return inFolder(d.path, name) }

// shareAll lets other processes read, write, rename and remove our open files, as on other systems.
const shareAll = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE

func (d *dir) create(name string) (*os.File, error) {
	return openFile(d.join(name), windows.GENERIC_READ|windows.GENERIC_WRITE, shareAll, windows.CREATE_NEW,
		windows.FILE_ATTRIBUTE_NORMAL)
}

// createScratch creates a file that the system removes when its handle is closed.
func (d *dir) createScratch(name string) (*os.File, error) {
	return openFile(d.join(name), windows.GENERIC_READ|windows.GENERIC_WRITE|windows.DELETE, shareAll, windows.CREATE_NEW,
		windows.FILE_ATTRIBUTE_TEMPORARY|windows.FILE_FLAG_DELETE_ON_CLOSE)
}

func (d *dir) openShared(name string) (*os.File, error) {
	return openFile(d.join(name), windows.GENERIC_READ|windows.GENERIC_WRITE, shareAll, windows.OPEN_ALWAYS,
		windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_OPEN_REPARSE_POINT)
}

func (i fileInfo) isOwn() bool { return true }

const removesOpen = false

func (d *dir) open(name string, access int) (*os.File, fileInfo, error) {
	rights := uint32(windows.GENERIC_READ)
	if access&os.O_RDWR != 0 {
		rights |= windows.GENERIC_WRITE
	}
	file, err := openFile(d.join(name), rights, shareAll, windows.OPEN_EXISTING,
		windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_OPEN_REPARSE_POINT)
	if err != nil {
		return nil, fileInfo{}, err
	}
	info, err := statFile(file)
	if err != nil || info.kind != Regular {
		file.Close()
		return nil, info, err
	}
	return file, info, nil
}

// isReplaced reports false, because open opens a link itself and then reports its kind.
func isReplaced(error) bool { return false }

func (d *dir) lstat(name string) (fileInfo, error) {
	return statWith(d.join(name), windows.FILE_FLAG_OPEN_REPARSE_POINT)
}

func statPath(path string) (fileInfo, error) { return statWith(path, 0) }

func statWith(path string, flags uint32) (fileInfo, error) {
	file, err := openFile(path, windows.FILE_READ_ATTRIBUTES, shareAll, windows.OPEN_EXISTING,
		flags|windows.FILE_FLAG_BACKUP_SEMANTICS)
	if err != nil {
		return fileInfo{}, err
	}
	defer file.Close()
	return statFile(file)
}

func (d *dir) mkdir(name string, mode fs.FileMode) error { return os.Mkdir(d.join(name), mode) }

func (d *dir) remove(name string) error {
	path, err := windows.UTF16PtrFromString(d.join(name))
	if err == nil {
		err = windows.DeleteFile(path)
	}
	return pathError("remove", name, err)
}

func (d *dir) removeDir(name string) error {
	path, err := windows.UTF16PtrFromString(d.join(name))
	if err == nil {
		err = windows.RemoveDirectory(path)
	}
	return pathError("remove", name, err)
}

func (d *dir) readable() (*os.File, error) { return os.Open(d.path) }

// sync does nothing, because moveFile returns when the move is on disk.
func (d *dir) sync() error { return nil }

// chmod does nothing, because the read-only attribute would prevent the next replacement.
func (d *dir) chmod(string, Kind, fs.FileMode) error { return nil }

func (d *dir) appendOnly() bool { return false }

// sharesLocks reports true, because the server of a network drive keeps the locks.
func (d *dir) sharesLocks() bool { return true }

func hostID() string { return hostName() }

func openFile(path string, access, share, disposition, attributes uint32) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, pathError("open", path, err)
	}
	handle, err := windows.CreateFile(name, access, share, nil, disposition, attributes, 0)
	if err != nil {
		return nil, pathError("open", path, err)
	}
	return os.NewFile(uintptr(handle), path), nil
}

func pathError(op, path string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: path, Err: err}
}

type basicInfo struct {
	created, accessed, written, changed int64
	attributes                          uint32
}

func statFile(file *os.File) (fileInfo, error) {
	stat, err := file.Stat()
	if err != nil {
		return fileInfo{}, err
	}
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(file.Fd()), &info); err != nil {
		return fileInfo{}, pathError("stat", file.Name(), err)
	}
	result := fileInfo{
		id:   fileID{uint64(info.VolumeSerialNumber), uint64(info.FileIndexHigh)<<32 | uint64(info.FileIndexLow)},
		kind: kindOf(stat.Mode()), mode: stat.Mode().Perm(), size: stat.Size(),
		modified: info.LastWriteTime.Nanoseconds(), links: uint64(info.NumberOfLinks),
	}
	var basic basicInfo
	if windows.GetFileInformationByHandleEx(windows.Handle(file.Fd()), windows.FileBasicInfo,
		(*byte)(unsafe.Pointer(&basic)), uint32(unsafe.Sizeof(basic))) == nil {
		result.changed = basic.changed
	}
	return result, nil
}

func kindOf(mode fs.FileMode) Kind {
	switch mode.Type() {
	case 0:
		return Regular
	case fs.ModeDir:
		return Directory
	case fs.ModeSymlink:
		return Symlink
	}
	return Other
}
