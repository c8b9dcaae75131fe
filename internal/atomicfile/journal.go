package atomicfile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// journal shares among the processes of one run which paths each has written or adopted, because Terraform starts a
// process per provider configuration and one may remove a file that another has just adopted. It is a file of the user
// in the system's temporary folder. If it can't be written, a process knows only its own paths.
type journal struct {
	run     string
	name    string
	maxSize int64
	now     func() time.Time
}

type journalEntry struct {
	Run    string `json:"run"`
	Owner  string `json:"owner"`
	Device uint64 `json:"device"`
	File   uint64 `json:"file"`
	Name   string `json:"name"`
	At     int64  `json:"at"` // seconds since 1970
	Left   bool   `json:"left,omitempty"`
}

const (
	journalAge  = 7 * 24 * time.Hour
	journalWait = 10 * time.Second // applies after a cancellation too, to record finished work
)

func newJournal(run string) *journal {
	return &journal{run: run, name: fmt.Sprintf("digicert-paths-%d.journal", os.Getuid()), maxSize: 1 << 20, now: time.Now}
}

func (j *journal) taken(ctx context.Context, folder fileID, name, owner string) {
	j.add(ctx, folder, name, owner, false)
}

func (j *journal) left(ctx context.Context, folder fileID, name, owner string) {
	j.add(ctx, folder, name, owner, true)
}

func (j *journal) add(ctx context.Context, folder fileID, name, owner string, left bool) {
	if j == nil {
		return
	}
	entry := journalEntry{
		Run: j.run, Owner: owner, Device: folder.device, File: folder.file, Name: name, At: j.now().Unix(), Left: left,
	}
	_ = j.open(ctx, func(file *os.File) error {
		if err := j.prune(file); err != nil {
			return err
		}
		if _, err := file.Seek(0, io.SeekEnd); err != nil {
			return err
		}
		line, err := json.Marshal(entry)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(file, "\n%s\n", line) // the first line break ends a line that a full disk has cut
		return err
	})
}

// otherOwner reports whether a file has an owner besides the one that asks.
type otherOwner int

const (
	noOther otherOwner = iota
	// otherInRun took the file in this run.
	otherInRun
	// otherBefore took it in the same earlier run as the owner that asks, or in a later one. An earlier other owner does
	// not count, because a crash may have removed it from the state.
	otherBefore
)

func (j *journal) otherOwner(
	ctx context.Context, folder fileID, owner string, match func(name string) bool,
) otherOwner {
	if j == nil {
		return noOther
	}
	var taken []journalEntry // ordered, the last entry of each owner
	_ = j.open(ctx, func(file *os.File) error {
		return j.each(file, folder, func(entry journalEntry) {
			if match(entry.Name) {
				taken = slices.DeleteFunc(taken, func(e journalEntry) bool { return e.Owner == entry.Owner })
				taken = append(taken, entry)
			}
		})
	})
	own := slices.IndexFunc(taken, func(e journalEntry) bool { return e.Owner == owner && !e.Left })
	result := noOther
	for i, entry := range taken {
		switch {
		case entry.Owner == owner || entry.Left:
		case entry.Run == j.run:
			return otherInRun
		case own >= 0 && (i > own || entry.Run == taken[own].Run):
			result = otherBefore
		}
	}
	return result
}

// each calls f with every entry about folder from this run, or younger than journalAge.
func (j *journal) each(file *os.File, folder fileID, f func(journalEntry)) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	oldest := j.now().Add(-journalAge).Unix()
	mark := fmt.Appendf(nil, `"device":%d,"file":%d,`, folder.device, folder.file)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var entry journalEntry
		if !bytes.Contains(lines.Bytes(), mark) || json.Unmarshal(lines.Bytes(), &entry) != nil {
			continue // includes a line that a crash has cut
		}
		if entry.Run == j.run || entry.At >= oldest {
			f(entry)
		}
	}
	return lines.Err()
}

// prune removes the older half of the journal.
func (j *journal) prune(file *os.File) error {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil || size <= j.maxSize {
		return err
	}
	kept, err := io.ReadAll(io.NewSectionReader(file, size/2, size))
	if err != nil {
		return err
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err = file.WriteAt(kept[bytes.IndexByte(kept, '\n')+1:], 0)
	return err
}

func (j *journal) open(ctx context.Context, f func(file *os.File) error) error {
	d, err := openDir(os.TempDir())
	if err != nil {
		return err
	}
	defer d.close()
	file, err := d.openShared(j.name)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := statFile(file)
	if err != nil || info.kind != Regular || !info.isOwn() {
		return errors.Join(err, fs.ErrPermission)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), journalWait)
	defer cancel()
	_, err = waitLock(ctx, func() (*heldLock, error) {
		locked, err := flock(file)
		if locked {
			return &heldLock{}, err
		}
		return nil, err
	})
	if err != nil {
		return err
	}
	return f(file)
}

// ParentRun identifies the parent process, which is one Terraform command, by its process identifier and start time,
// because systems reuse identifiers.
func ParentRun() string {
	pid := os.Getppid()
	return strings.Join([]string{hostTag(), strconv.Itoa(pid), processStart(pid)}, "-")
}
