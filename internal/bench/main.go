// Command bench measures the provider under a real Terraform or OpenTofu, against a fake Report Library on loopback,
// and compares it with curl, unzip, openssl, Python or Terraform itself. It requires a Unix system.
//
// It prints a Markdown table. Its exit status is 0 if everything was measured, independent of the results.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

func main() {
	if os.Getenv(usageVariable) != "" { // this is the launcher
		os.Exit(launch())
	}
	only := flag.String("only", "", "measure only the work whose name this regular expression matches")
	runs := flag.Int("runs", 3, "how many times everything is measured")
	flag.Parse()
	names, err := regexp.Compile(*only)
	if err != nil || *runs < 1 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "-only must be a regular expression and -runs positive; there are no arguments:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := measureAll(ctx, *runs, names); err != nil {
		fmt.Fprintln(os.Stderr, "bench failed:", err)
		stop()
		os.Exit(1)
	}
}

// measureAll measures the selected work in the folder bench, and removes the folder.
func measureAll(ctx context.Context, runs int, names *regexp.Regexp) (err error) {
	folder, err := filepath.Abs("bench")
	if err != nil {
		return err
	}
	b, err := newBench(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	var rows []*row
	for _, w := range works {
		if !names.MatchString(w.name) {
			continue
		}
		progress(w.name)
		r, err := b.measure(ctx, w, runs)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		rows = append(rows, r)
	}
	fmt.Print(table(rows))
	return nil
}

// progress prints to standard error, because standard output contains only the table.
func progress(text string) { fmt.Fprintln(os.Stderr, "...", text) }

// bench is the environment of all measurements.
type bench struct {
	terraform *tftest.CLI
	library   *reportlibrarytest.Server // of the current work
	work      string                    // the folder of projects and files
	usage     string                    // the file in which the launcher records processes
	launcher  string                    // this program, under the provider's name
	provider  string
	empty     string // the emptiest provider
	discarded int    // number of discarded folders, beside work
}

func newBench(ctx context.Context, folder string) (*bench, error) {
	if err := tftest.EmptyFolder(folder, "bin", "plugin", "mirror", "cli.tfrc", "work", "empty", "usage"); err != nil {
		return nil, err
	}
	plugin := filepath.Join(folder, "plugin")
	b := &bench{
		work: filepath.Join(folder, "work", "now"), usage: filepath.Join(folder, "usage"),
		launcher: filepath.Join(plugin, tftest.PluginName()), provider: filepath.Join(plugin, providerName),
		empty: filepath.Join(folder, "empty"),
	}
	progress("building")
	if err := tftest.BuildProvider(ctx, b.provider); err != nil {
		return nil, err
	}
	for output, program := range map[string]string{b.empty: "internal/bench/empty", b.launcher: "internal/bench"} {
		if err := tftest.Build(ctx, program, output, "-trimpath", "-ldflags", "-s -w"); err != nil {
			return nil, err
		}
	}
	var err error
	b.terraform, err = tftest.New(ctx, folder, plugin)
	// The fake builds archives in the temporary folder.
	return b, errors.Join(err, os.Setenv("TMPDIR", b.work))
}
