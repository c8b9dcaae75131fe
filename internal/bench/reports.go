package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// serve makes the fake serve n runs of one report, and returns their identifiers. It downloads each wrapped run once,
// because the fake builds its archive at the first download.
func (b *bench) serve(ctx context.Context, n int, size int64, wrapped bool) (report string, runs []string, err error) {
	delivery := reportlibrarytest.Delivery{Wrap: reportlibrarytest.WrapNever}
	if wrapped {
		delivery.Wrap = reportlibrarytest.WrapAlways
	}
	content := reportlibrarytest.SizedCSV(size)
	for range n {
		added := b.library.AddRun(reportlibrarytest.Run{
			DisplayName: fmt.Sprintf("%d of %d bytes", n, size), Content: content, Delivery: &delivery,
		})
		report, runs = added.ReportIdentifier, append(runs, added.RunIdentifier)
		if wrapped {
			_, err = b.script("", download+" -o /dev/null", b.address(report, added.RunIdentifier))(ctx)
		}
	}
	return report, runs, err
}

const download = `curl -sS --fail -H "X-DC-DEVKEY: $DIGICERT_API_KEY" "$1"`

// address is the address of a run's download.
func (b *bench) address(report, run string) string {
	return b.library.URL() + "/report/" + report + "/" + run + "/download?report_format=CSV"
}

const reportsConfig = `resource "digicert_report_file" "this" {
  for_each = toset(jsondecode(file("runs.json")))

  report_identifier     = "%s"
  report_run_identifier = each.key
  report_format         = "CSV"
  filename              = "evidence/${substr(each.key, 0, 8)}.csv"
}
`

// baseline returns commands that do the work of a project in another way. address is the address of a run.
type baseline func(ctx context.Context, b *bench, p *project, runs []string, address string) (commands, error)

// reports prepares the apply and plan of n reports.
func reports(n int, size int64, wrapped bool, other baseline) prepare {
	return func(ctx context.Context, b *bench) (c commands, err error) {
		report, runs, err := b.serve(ctx, n, size, wrapped)
		if err != nil {
			return c, err
		}
		p, err := b.newProject(ctx, source+fmt.Sprintf(reportsConfig, report), runs)
		if err == nil && other != nil {
			c, err = other(ctx, b, p, runs, b.address(report, runs[0]))
		}
		c.apply, c.plan = p.apply, p.plan
		return c, err
	}
}

// byHand returns scripts that download and hash one report, and that hash the saved one.
func byHand(hash string) baseline {
	return func(ctx context.Context, b *bench, p *project, _ []string, address string) (c commands, err error) {
		c.otherApply = b.script(p.dir, download+" -o by-hand; "+hash+"; rm by-hand", address)
		c.otherPlan = b.script(p.dir, "openssl dgst -sha256 evidence/*", "")
		small, err := reports(1, kilobyte, false, nil)(ctx, b)
		c.smallApply, c.smallPlan = small.apply, small.plan
		return c, err
	}
}

// byTerraform returns as many terraform_data with as much state. A state contains input twice.
func byTerraform(ctx context.Context, b *bench, p *project, runs []string, _ string) (c commands, err error) {
	other, err := b.newProject(ctx, `resource "terraform_data" "this" {
  for_each = toset(jsondecode(file("runs.json")))

  input = file("input")
}
`, runs)
	c.otherPlan = other.plan
	c.otherApply = func(ctx context.Context) (sample, error) {
		const fixed = 456 // bytes of state of a terraform_data without input
		input := strings.Repeat("x", max(0, int(p.stateBytes)/len(runs)-fixed)/2)
		if err := os.WriteFile(other.file("input"), []byte(input), 0o600); err != nil {
			return sample{}, err
		}
		return other.apply(ctx)
	}
	return c, err
}

const archiveConfig = `resource "digicert_report_archive" "this" {
  report_identifier = "%s"
  report_format     = "CSV"
  directory         = "evidence"
}
`

// archive prepares an archive of n runs, curl with as many parallel downloads, and an archive of one small run.
func archive(n int, size int64) prepare {
	return func(ctx context.Context, b *bench) (c commands, err error) {
		report, runs, err := b.serve(ctx, n, size, false)
		if err != nil {
			return c, err
		}
		p, err := b.newProject(ctx, source+fmt.Sprintf(archiveConfig, report), nil)
		if err != nil {
			return c, err
		}
		var list strings.Builder
		for _, run := range runs {
			fmt.Fprintf(&list, "url = %q\noutput = %s\n", b.address(report, run), run)
		}
		script := strings.Replace(download, `"$1"`, "--parallel --parallel-max 8 --output-dir $(mktemp -d) -K list", 1)
		c = commands{apply: p.apply, plan: p.plan}
		if n > 1 {
			small, err := archive(1, kilobyte)(ctx, b)
			if err != nil {
				return c, err
			}
			c.otherApply, c.smallApply = b.script(p.dir, script, ""), small.apply
		}
		return c, os.WriteFile(p.file("list"), []byte(list.String()), 0o600)
	}
}
