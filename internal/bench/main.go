// Command bench measures the provider under a real Terraform or OpenTofu, against a fake Report Library on loopback,
// beside what the same work costs with curl, openssl and unzip, or costs Terraform alone.
//
// It prints tables, and never judges: its exit status is 0 when everything was measured.
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
)

// settings are the flags.
type settings struct {
	only  *regexp.Regexp
	runs  int
	quick bool
	keep  bool
	json  string
}

// folderName is where everything happens, in the current folder.
const folderName = "bench"

func main() {
	if len(os.Args) == 2 && os.Args[1] == serveArgument {
		if err := serveLibrary(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "fake Report Library:", err)
			os.Exit(1)
		}
		return
	}
	var s settings
	only := flag.String("only", "", "measure only the work whose name this regular expression matches")
	flag.IntVar(&s.runs, "runs", 5, "how many times everything is measured; what takes minutes, three times at most")
	flag.BoolVar(&s.quick, "quick", false, "one run, up to 20 MB and 100 reports: about a minute")
	flag.BoolVar(&s.keep, "keep", false, "keep the folder with configurations, states and files")
	flag.StringVar(&s.json, "json", "", "write the results to this file too, as JSON")
	flag.Parse()
	var err error
	if s.only, err = regexp.Compile(*only); err != nil || s.runs < 1 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "-only has to be a regular expression, -runs positive; there are no arguments:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := s.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench failed:", err)
		stop()
		os.Exit(1)
	}
}

func (s settings) run(ctx context.Context) (err error) {
	folder, err := filepath.Abs(folderName)
	if err != nil {
		return err
	}
	b, err := newBench(ctx, folder)
	if b != nil {
		defer func() {
			err = errors.Join(err, b.library.stop())
			if !s.keep {
				err = errors.Join(err, os.RemoveAll(folder))
			}
		}()
	}
	if err != nil {
		return err
	}
	b.keep = s.keep
	results, err := b.measureAll(ctx, s)
	if err != nil {
		return err
	}
	if s.json != "" {
		if err := results.save(s.json); err != nil {
			return err
		}
	}
	return results.print(os.Stdout)
}
