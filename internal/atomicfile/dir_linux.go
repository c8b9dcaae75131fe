package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// dirAccess works without permissions on the folder itself.
const dirAccess = unix.O_PATH

// chmod sets the mode of name if its kind is want, and keeps a folder's set-group-ID bit, which shared folders need. It
// works on a descriptor of name itself, because fchmodat has flags only on newer kernels.
func (d *dir) chmod(name string, want Kind, mode fs.FileMode) error {
	file, err := d.openAt(name, unix.O_PATH|unix.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	var stat unix.Stat_t
	if err := control(file, func(fd int) error { return unix.Fstat(fd, &stat) }); err != nil {
		return err
	}
	if kind := infoOf(&stat).kind; kind != want {
		return kind.problem()
	}
	bits := uint32(mode.Perm())
	if want == Directory {
		bits |= stat.Mode & unix.S_ISGID
	}
	err = control(file, func(fd int) error { return unix.Chmod("/proc/self/fd/"+strconv.Itoa(fd), bits) })
	if errors.Is(err, fs.ErrNotExist) { // no /proc
		err = d.at("chmod", name, func(fd int) error { return unix.Fchmodat(fd, name, bits, unix.AT_SYMLINK_NOFOLLOW) })
	}
	return err
}

func (d *dir) flags() int {
	folder, err := d.readable()
	if err != nil {
		return 0
	}
	defer folder.Close()
	var flags int
	_ = control(folder, func(fd int) (err error) {
		flags, err = unix.IoctlGetInt(fd, unix.FS_IOC_GETFLAGS)
		return err
	})
	return flags
}

// appendFlag is FS_APPEND_FL of linux/fs.h, as chattr +a sets it.
const appendFlag = 0x20

// appendOnly reports whether files can be created in the folder, but not renamed or removed.
func (d *dir) appendOnly() bool { return d.flags()&appendFlag != 0 }

// hostID identifies the running kernel, because its containers share locks even in a network file system.
func hostID() string {
	if id, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		return string(id)
	}
	return hostName()
}
