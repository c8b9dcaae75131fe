package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// draft is the marker of the next manifest, with a line for each file that the manifest will list. After a crash the
// next apply uses these files instead of downloading them, if they still have the digests in their lines.
type draft struct {
	folder   folder
	sequence int64
	key      DraftKey
	known    map[string]draftLine // the lines of an interrupted apply by their folded keys

	mu   sync.Mutex
	mark func(ctx context.Context, lines []byte) error
	file *os.File // nil until the marker is written
}

// draftLine contains a manifest's facts about a file, its digest, and the MAC over both.
type draftLine struct {
	Fact
	SHA256 string `json:"sha256"`
	MAC    string `json:"mac,omitempty"`
}

// openDraft reads the draft of an interrupted apply.
func (j *Job) openDraft() *draft {
	f, sequence := folder(j.Directory), j.Record.Sequence+1
	return &draft{
		folder: f, sequence: sequence, key: j.DraftKey, known: f.readDraft(sequence, j.DraftKey),
		mark: func(ctx context.Context, lines []byte) error {
			return j.Markers.mark(ctx, f, sequence, j.Options.DirMode, lines)
		},
	}
}

// readDraft returns the lines of a draft by their folded keys. It skips lines that are damaged or written under another
// key, so their files are downloaded again.
func (f folder) readDraft(sequence int64, key DraftKey) map[string]draftLine {
	lines := map[string]draftLine{}
	text, err := f.read(MarkerName(sequence))
	if err != nil {
		return lines
	}
	for line := range bytes.Lines(text) {
		var read draftLine
		if json.Unmarshal(line, &read) == nil && key.verifies(sequence, read) {
			lines[NewKey(read.ReportRunIdentifier, read.Part).fold()] = read
		}
	}
	return lines
}

// Drafted returns the runs that an interrupted apply has downloaded, if each of their files is archived already or
// still has the digest in its draft. The next apply archives them also if DigiCert has deleted them since.
func Drafted(ctx context.Context, directory string, record Record, key DraftKey) []Run {
	f := folder(directory)
	runs, known := map[string]Run{}, record.Files.folded()
	for _, line := range f.readDraft(record.Sequence+1, key) {
		if !safeName(line.Name) {
			continue
		}
		finding, err := f.inspect(ctx, line.Name, line.SHA256, Watch{})
		if err != nil || finding.Condition != Unchanged {
			continue
		}
		key := NewKey(line.ReportRunIdentifier, line.Part)
		known[key.fold()] = key
		line.Status = statusReady
		runs[strings.ToLower(line.ReportRunIdentifier)] = line.Run
	}
	var drafted []Run
	for _, run := range runs {
		if run.usable() && len(missingKeys(run, known)) == 0 {
			drafted = append(drafted, run)
		}
	}
	slices.SortFunc(drafted, byEnd)
	return drafted
}

// seal writes the MAC of the manifest into the marker.
func (d *draft) seal(ctx context.Context, manifest []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.beginLocked(ctx); err != nil {
		return err
	}
	if _, err := d.file.WriteString("\n" + d.key.SealManifest(d.sequence, manifest) + "\n"); err != nil {
		return err
	}
	return d.file.Sync()
}

// beginLocked writes the marker once.
func (d *draft) beginLocked(ctx context.Context) error {
	if d.file != nil {
		return nil
	}
	var lines []byte
	for _, line := range d.known {
		lines = append(lines, line.encode()...)
	}
	if err := d.mark(ctx, lines); err != nil {
		return err
	}
	file, err := os.OpenFile(d.folder.path(MarkerName(d.sequence)), os.O_WRONLY|os.O_APPEND, 0)
	d.file = file
	return err
}

// encode returns the line after a line break, which ends a line that a full disk has cut.
func (l draftLine) encode() []byte {
	text, err := json.Marshal(l)
	if err != nil {
		return nil
	}
	return fmt.Appendf(nil, "\n%s", text)
}

// add records a file in the folder. It ignores errors, because they only cause a download after a crash.
func (d *draft) add(ctx context.Context, fact Fact, sha256 string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.beginLocked(ctx) != nil {
		return
	}
	line := draftLine{Fact: fact, SHA256: sha256}
	var err error
	if line.MAC, err = d.key.seal(d.sequence, line); err == nil {
		_, _ = d.file.Write(line.encode())
	}
}

// take returns a file of an interrupted apply, or false if its content or format is not the one to archive.
func (d *draft) take(ctx context.Context, t task) (result, bool) {
	line, ok := d.known[t.key.fold()]
	if !ok || t.item == nil || line.Name != t.name || line.ReportFormat != string(t.format) {
		return result{}, false
	}
	received, err := time.Parse(time.RFC3339, line.DownloadedAt)
	if err != nil {
		return result{}, false
	}
	finding, err := d.folder.inspect(ctx, line.Name, line.SHA256, Watch{})
	if err != nil || finding.Condition != Unchanged {
		return result{}, false
	}
	return result{
		sha256: line.SHA256, size: line.ContentSize, taken: true,
		delivery: reportlibrary.Delivery{
			DeliveredFormat: reportlibrary.Format(line.DeliveredFormat), RowCount: line.RowCount, Columns: line.Columns,
			MembersSHA256: line.MembersSHA256, ReceivedAt: received,
		},
	}, true
}

func (d *draft) close() {
	if d.file != nil {
		_ = d.file.Close()
	}
}
