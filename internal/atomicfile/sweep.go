package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"
)

// sweepAge is the minimum age of a temporary file of another host if hosts do not share locks, because no download
// takes longer.
const sweepAge = 24 * time.Hour

// sweep removes the left-overs of killed processes from d: regular files with a temporary name whose lock is free.
func sweep(d *dir) {
	s := sweeper{dir: d, trustLocks: d.sharesLocks(), host: hostTag(), now: time.Now()}
	s.sweep()
}

// sweptFolder contains the path because a new folder may get the identity of a removed one.
type sweptFolder struct {
	id   fileID
	path string
}

var sweptFolders sync.Map // sweptFolder to *sync.Once

// sweepOnce sweeps d, the folder at path, the first time that this process uses it.
func sweepOnce(d *dir, path string) {
	stored, _ := sweptFolders.LoadOrStore(sweptFolder{d.id, absolutePath(path)}, new(sync.Once))
	if once, ok := stored.(*sync.Once); ok {
		once.Do(func() { sweep(d) })
	}
}

type sweeper struct {
	dir        *dir
	trustLocks bool // a free lock proves that no process writes the file
	host       string
	now        time.Time
}

func (s *sweeper) sweep() {
	folder, err := s.dir.readable()
	if err != nil {
		return
	}
	defer folder.Close()
	for {
		names, err := folder.Readdirnames(1000)
		for _, name := range names {
			if isTempName(name) {
				s.sweepFile(name)
			}
		}
		if err != nil {
			return
		}
	}
}

func (s *sweeper) sweepFile(name string) {
	// Open for writing, because network file systems require it for locks. A left-over may already have a read-only mode.
	file, info, err := openRegular(s.dir, name, os.O_RDWR)
	if errors.Is(err, fs.ErrPermission) {
		file, info, err = openRegular(s.dir, name, os.O_RDONLY)
	}
	if err != nil || file == nil {
		return
	}
	defer file.Close()
	if locked, err := flock(file); err != nil || !locked {
		return
	}
	if !s.trustLocks && !isOfHost(name, s.host) && s.now.Sub(time.Unix(0, info.modified)) < sweepAge {
		return
	}
	if found, err := s.dir.lstat(name); err == nil && found.id == info.id {
		_ = s.dir.remove(name)
	}
}
