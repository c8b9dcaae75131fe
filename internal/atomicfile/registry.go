package atomicfile

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Registry records the paths that one owner after the other reserves, writes and adopts, so that two owners of one path
// are an error and a removal leaves a file alone that another owner has just taken over. A path is identified by its
// folder's identity on disk, not by its spelling. It is safe for concurrent use.
//
// With a run, the written and adopted paths are also known to the other processes of the run, see [ParentRun].
type Registry struct {
	mu      sync.Mutex
	paths   map[string][]*Reservation // by each key of the path
	journal *journal                  // nil without a run
}

// NewRegistry returns an empty Registry. run is the same for all processes that work on one task, or empty.
func NewRegistry(run string) *Registry {
	r := &Registry{paths: map[string][]*Reservation{}}
	if run != "" {
		r.journal = newJournal(run)
	}
	return r
}

// NewOwner returns an identifier for an owner of files, to be kept with the owner's own records.
func NewOwner() string { return rand.Text() }

// Reservation is the right to write one path. It ends with Release, or lasts as long as the registry once the path was
// written or adopted.
type Reservation struct {
	registry *Registry
	path     string
	owner    string
	keys     []string
	kept     bool
}

// Reserve reserves path for owner, whatever its spelling. If another owner in this registry has reserved or written it,
// the error is a [*TargetError] and TargetTaken.
func (r *Registry) Reserve(path, owner string) (*Reservation, error) {
	path = absolutePath(path)
	keys := pathKeys(path)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.find(path, keys, func(*Reservation) bool { return true }) != nil {
		return nil, &TargetError{Path: path, Problem: TargetTaken}
	}
	reservation := &Reservation{registry: r, path: path, owner: owner}
	reservation.add(keys...)
	return reservation, nil
}

// find returns a reservation of path that want accepts, or nil.
func (r *Registry) find(path string, keys []string, want func(*Reservation) bool) *Reservation {
	for _, key := range keys {
		for _, reserved := range r.paths[key] {
			if want(reserved) && (reserved.path == path || sameEntry(reserved.path, path)) {
				return reserved
			}
		}
	}
	return nil
}

// add indexes the reservation by more keys.
func (c *Reservation) add(keys ...string) {
	for _, key := range keys {
		if !slices.Contains(c.keys, key) {
			c.keys = append(c.keys, key)
			c.registry.paths[key] = append(c.registry.paths[key], c)
		}
	}
}

// Release gives the path back unless it was written or adopted. It may be called any number of times, and on nil.
func (c *Reservation) Release() {
	if c == nil {
		return
	}
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	if c.kept {
		return
	}
	for _, key := range c.keys {
		rest := slices.DeleteFunc(c.registry.paths[key], func(other *Reservation) bool { return other == c })
		if len(rest) == 0 {
			delete(c.registry.paths, key)
		} else {
			c.registry.paths[key] = rest
		}
	}
	c.keys = nil
}

// keep records that the path, which is name in the folder id, was written or adopted. The caller holds the folder's
// lock.
func (c *Reservation) keep(folder fileID, name string) {
	if c == nil {
		return
	}
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	c.kept = true
	c.add(folderKey(folder, name))
	c.registry.journal.taken(folder, name, c.owner)
}

// Adopt records that the owner uses the file found at the reserved path, if the path still has that file, unchanged.
// Otherwise the error is TargetBusy: look again. A path without a file is recorded if it still has none.
func (c *Reservation) Adopt(ctx context.Context, found Status) error { return c.adopt(ctx, found.info) }

// AdoptFile is Adopt for an open file.
func (c *Reservation) AdoptFile(ctx context.Context, file *File) error {
	return c.adopt(ctx, file.info)
}

func (c *Reservation) adopt(ctx context.Context, found fileInfo) error {
	d, name, err := openParent(c.path)
	if isMissing(err) && found.kind == Missing {
		return nil // nothing to remove, so nothing to record
	}
	if err != nil {
		return pathProblem(c.path, "adopt", err)
	}
	defer d.close()
	unlock, err := d.lock(ctx)
	if err != nil {
		return lockErrorAt(c.path, err)
	}
	defer unlock()
	now, err := d.lstat(name)
	if err != nil && !isMissing(err) {
		return systemError(c.path, "adopt", err)
	}
	if !found.unchanged(now) {
		return &TargetError{Path: c.path, Problem: TargetBusy}
	}
	c.keep(d.id, name)
	return nil
}

// otherClaim returns how other owners than owner claim name in d. The caller holds the lock of d.
func (r *Registry) otherClaim(d *dir, path, name, owner string) claim {
	if r == nil {
		return noClaim
	}
	path = absolutePath(path)
	other := func(c *Reservation) bool { return c.kept && c.owner != owner }
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.find(path, append(pathKeys(path), folderKey(d.id, name)), other) != nil {
		return inThisRun
	}
	return r.journal.otherClaim(d.id, owner, func(taken string) bool {
		return taken == name || foldEqual(taken, name) && d.sameName(Folder(path), taken, name)
	})
}

// left records that owner's file, name in the folder id, was removed. The caller holds the folder's lock.
func (r *Registry) left(folder fileID, name, owner string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.journal.left(folder, name, owner)
}

// pathKeys returns a key of path for each existing folder above it: the folder's identity and the rest of the path. So a
// path has a key in common with itself after its folder was created, and with every other spelling.
func pathKeys(path string) []string {
	keys := []string{foldCase(path)}
	rest := filepath.Base(path)
	for above := Folder(path); ; above = Folder(above) {
		info, err := statPath(above)
		switch {
		case err == nil:
			keys = append(keys, folderKey(info.id, rest))
		case !errors.Is(err, fs.ErrNotExist):
			return keys
		}
		if Folder(above) == above {
			return keys
		}
		rest = filepath.Base(above) + "/" + rest
	}
}

func folderKey(id fileID, rest string) string {
	return strings.Join([]string{strconv.FormatUint(id.device, 36), strconv.FormatUint(id.file, 36), foldCase(rest)}, ":")
}
