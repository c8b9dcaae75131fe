//go:build unix && !linux

package atomicfile

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// chmod sets the mode of name if its kind is want. If a link replaces name during the call, it sets the link's mode.
func (d *dir) chmod(name string, want Kind, mode fs.FileMode) error {
	return d.at("chmod", name, func(fd int) error {
		var stat unix.Stat_t
		if err := unix.Fstatat(fd, name, &stat, unix.AT_SYMLINK_NOFOLLOW); err != nil {
			return err
		}
		if kind := infoOf(&stat).kind; kind != want {
			return kind.problem()
		}
		bits := uint32(mode.Perm())
		if want == Directory {
			bits |= uint32(stat.Mode) & unix.S_ISGID
		}
		return unix.Fchmodat(fd, name, bits, unix.AT_SYMLINK_NOFOLLOW)
	})
}

// appendOnly reports false, because only Linux folders are asked for flags.
func (d *dir) appendOnly() bool { return false }

func hostID() string { return hostName() }
