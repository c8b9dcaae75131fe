package usage

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestTake(t *testing.T) {
	name := filepath.Join(t.TempDir(), "usage")
	for _, record := range []Record{
		{PID: 1},
		{PID: 2},
		{PID: 1, Ended: true, CPUSeconds: 0.5, PeakBytes: 300},
		{PID: 2, Ended: true, CPUSeconds: 0.25, PeakBytes: 200},
		// The system may give a number again.
		{PID: 1},
		{PID: 1, Ended: true, CPUSeconds: 1, PeakBytes: 100},
	} {
		if err := record.Append(name); err != nil {
			t.Fatal(err)
		}
	}
	total, err := Take(name)
	if want := (Total{Processes: 3, CPUSeconds: 1.75, PeakBytes: 300}); err != nil || total != want {
		t.Errorf("got %+v, %v, want %+v", total, err, want)
	}
	if total, err = Take(name); err != nil || total != (Total{}) {
		t.Errorf("the file was taken, but there is %+v, %v", total, err)
	}
}

func TestTake_killed(t *testing.T) {
	name := filepath.Join(t.TempDir(), "usage")
	for _, record := range []Record{{PID: 7}, {PID: 8}, {PID: 7, Ended: true}} {
		if err := record.Append(name); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Take(name)
	if lost, ok := errors.AsType[*LostError](err); !ok || lost.PID != 8 {
		t.Errorf("error is %v, want a *LostError of process 8", err)
	}
}

func TestTake_damaged(t *testing.T) {
	name := filepath.Join(t.TempDir(), "usage")
	if err := os.WriteFile(name, []byte(`{"pid":1`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Take(name); err == nil {
		t.Error("half a record is no error")
	}
}
