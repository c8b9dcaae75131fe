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

// Registry records which owner reserves, writes and adopts which path, so that a second owner is an error and a removal
// keeps a file that another owner took. It identifies a path by its folder's identity on disk, and shares written and
// adopted paths with the other processes of its run. It is safe for concurrent use.
type Registry struct {
	mu      sync.Mutex
	paths   map[string][]*Reservation // by every key of the path
	journal *journal                  // nil without a run
}

// NewRegistry returns an empty Registry for the processes of run, see [ParentRun]; "" means this process only.
func NewRegistry(run string) *Registry {
	r := &Registry{paths: map[string][]*Reservation{}}
	if run != "" {
		r.journal = newJournal(run)
	}
	return r
}

// NewOwner returns a random identifier for an owner of files.
func NewOwner() string { return rand.Text() }

// Reservation is the right to write one path, until Release, or for good once the path was written or adopted.
type Reservation struct {
	registry *Registry
	path     string
	owner    string
	label    string // describes the owner to others
	keys     []string
	kept     bool
}

// Reserve is ReserveFor without a label.
func (r *Registry) Reserve(path, owner string) (*Reservation, error) {
	return r.ReserveFor(path, owner, "")
}

// ReserveFor reserves path for owner, which label describes. It returns TargetTaken, with the other's label, if another
// owner of this registry has a path to the same file.
func (r *Registry) ReserveFor(path, owner, label string) (*Reservation, error) {
	absolute := absolutePath(path)
	keys := pathKeys(absolute)
	r.mu.Lock()
	defer r.mu.Unlock()
	if other := r.find(absolute, keys, func(*Reservation) bool { return true }); other != nil {
		return nil, &TargetError{Path: path, Problem: TargetTaken, Other: other.label}
	}
	reservation := &Reservation{registry: r, path: absolute, owner: owner, label: label}
	reservation.add(keys...)
	return reservation, nil
}

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

func (v *Reservation) add(keys ...string) {
	for _, key := range keys {
		if !slices.Contains(v.keys, key) {
			v.keys = append(v.keys, key)
			v.registry.paths[key] = append(v.registry.paths[key], v)
		}
	}
}

// Release ends the reservation unless the path was written or adopted. It may be called repeatedly, and on nil.
func (v *Reservation) Release() {
	if v == nil {
		return
	}
	v.registry.mu.Lock()
	defer v.registry.mu.Unlock()
	if v.kept {
		return
	}
	for _, key := range v.keys {
		rest := slices.DeleteFunc(v.registry.paths[key], func(other *Reservation) bool { return other == v })
		if len(rest) == 0 {
			delete(v.registry.paths, key)
		} else {
			v.registry.paths[key] = rest
		}
	}
	v.keys = nil
}

// keep records that name in folder was written or adopted. The caller must hold the folder's lock, so that a removal by
// another process sees either no file or the record.
func (v *Reservation) keep(ctx context.Context, folder fileID, name string) {
	if v == nil {
		return
	}
	v.registry.mu.Lock()
	defer v.registry.mu.Unlock()
	v.kept = true
	v.add(folderKey(folder, name))
	v.registry.journal.taken(ctx, folder, name, v.owner)
}

// Adopt records that the owner uses the reserved path with the file in found, or without a file. It returns TargetBusy
// if the path has changed since Inspect.
func (v *Reservation) Adopt(ctx context.Context, found Status) error { return v.adopt(ctx, found.info) }

// AdoptFile is Adopt for an open file.
func (v *Reservation) AdoptFile(ctx context.Context, file *File) error {
	return v.adopt(ctx, file.info)
}

func (v *Reservation) adopt(ctx context.Context, found fileInfo) error {
	d, name, err := openParent(v.path)
	if isMissing(err) && found.kind == Missing {
		return nil // a missing file can't be removed
	}
	if err != nil {
		return pathProblem(v.path, "adopt", err)
	}
	defer d.close()
	unlock, err := d.lock(ctx)
	if err != nil {
		return lockErrorAt(v.path, err)
	}
	defer unlock()
	now, err := d.lstat(name)
	if err != nil && !isMissing(err) {
		return systemError(v.path, "adopt", err)
	}
	if !found.unchanged(now) {
		return &TargetError{Path: v.path, Problem: TargetBusy}
	}
	v.keep(ctx, d.id, name)
	return nil
}

func (r *Registry) otherOwner(ctx context.Context, d *dir, path, name, owner string) otherOwner {
	if r == nil {
		return noOther
	}
	path = absolutePath(path)
	other := func(c *Reservation) bool { return c.kept && c.owner != owner }
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.find(path, append(pathKeys(path), folderKey(d.id, name)), other) != nil {
		return otherInRun
	}
	return r.journal.otherOwner(ctx, d.id, owner, func(taken string) bool {
		return taken == name || foldEqual(taken, name) && d.sameName(Folder(path), taken, name)
	})
}

func (r *Registry) left(ctx context.Context, folder fileID, name, owner string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.journal.left(ctx, folder, name, owner)
}

// pathKeys returns a key for each existing folder above path: the folder's identity and the rest of path. All spellings
// of a path share a key, even if its folder is created later.
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
