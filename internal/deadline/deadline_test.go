package deadline

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A copy of this binary with the variable runs one test, which never ends.
const hangs = "DEADLINE_TEST_HANGS"

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestMain_limits(t *testing.T) {
	if got, want := get("test.timeout"), scaled(Limit).String(); got != want {
		t.Errorf("got a timeout of %s, want %s", got, want)
	}
}

func TestContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, start := Context(t), time.Now()
		<-ctx.Done()
		if got := time.Since(start); got != Patience {
			t.Errorf("got an end after %s, want %s", got, Patience)
		}
	})
}

func TestWatch(t *testing.T) {
	if os.Getenv(hangs) != "" {
		synctest.Test(t, func(t *testing.T) {
			defer Watch(t)()
			time.Sleep(time.Hour)
		})
		return
	}
	synctest.Test(t, func(t *testing.T) {
		Watch(t)()
		time.Sleep(time.Hour)
	})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(Context(t), self, "-test.run=^TestWatch$")
	command.Env = append(os.Environ(), hangs+"=1")
	out, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "panic: TestWatch has not ended within") {
		t.Errorf("got %v and %s, want a panic that names the test", err, out)
	}
}
