package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// run is a report of the fake as a configuration names it.
type run struct {
	Report string `json:"report"`
	Run    string `json:"run"`
}

// serve makes the fake serve n reports. It fetches each wrapped report once, because the fake builds its archive then.
func (b *bench) serve(ctx context.Context, n int, size int64, wrapped bool) ([]run, error) {
	delivery := reportlibrarytest.Delivery{Wrap: reportlibrarytest.WrapNever}
	if wrapped {
		delivery.Wrap = reportlibrarytest.WrapAlways
	}
	var runs []run
	for range n {
		added := b.library.AddRun(reportlibrarytest.Run{
			DisplayName: "Orders", Format: "CSV", Content: reportlibrarytest.SizedCSV(size), Delivery: &delivery,
		})
		runs = append(runs, run{added.ReportIdentifier, added.RunIdentifier})
		if !wrapped {
			continue
		}
		if _, err := shell(ctx, `curl -sS --fail -o /dev/null -H "X-DC-DEVKEY: $1" "$2"`, b.library.APIKey,
			b.address(runs[len(runs)-1])); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

// address is that of a report's download.
func (b *bench) address(r run) string {
	return b.library.URL() + "/report/" + r.Report + "/" + r.Run + "/download?report_format=CSV"
}

const reportsConfig = `terraform {
  required_providers {
    digicert = {
      source = "seed-875fe49d/digicert"
    }
  }
}

provider "digicert" {
  rate_limit = {
    per_5_seconds = 0
    per_3_minutes = 0
  }
}

resource "digicert_report_file" "this" {
  for_each = jsondecode(file("runs.json"))

  report_identifier     = each.value.report
  report_run_identifier = each.value.run
  report_format         = "CSV"
  filename              = "evidence/${each.key}.csv"
}
`

// terraformDataConfig has the same loop. The state contains two copies of input.
const terraformDataConfig = `resource "terraform_data" "this" {
  for_each = jsondecode(file("runs.json"))

  input = "%s"
}
`

// project is an initialised folder with a configuration for some runs.
type project struct {
	b    *bench
	dir  string
	runs int
}

// newReports makes a project that saves the runs.
func (b *bench) newReports(ctx context.Context, runs []run) (*project, error) {
	return b.newProject(ctx, reportsConfig, runs)
}

// newTerraformData makes a project with a terraform_data for each run, each with so many bytes of state.
func (b *bench) newTerraformData(ctx context.Context, runs []run, stateBytes float64) (*project, error) {
	const fixed = 456 // bytes of state of a terraform_data without input
	input := strings.Repeat("x", max(0, int(stateBytes-fixed)/2))
	return b.newProject(ctx, fmt.Sprintf(terraformDataConfig, input), runs)
}

func (b *bench) newProject(ctx context.Context, config string, runs []run) (*project, error) {
	dir, err := os.MkdirTemp(b.work, "project-")
	if err != nil {
		return nil, err
	}
	p := &project{b: b, dir: dir, runs: len(runs)}
	byName := map[string]run{}
	for i, run := range runs {
		byName[fmt.Sprintf("orders-%04d", i)] = run
	}
	text, err := json.Marshal(byName)
	if err != nil {
		return nil, err
	}
	err = errors.Join(os.WriteFile(p.file("main.tf"), []byte(config), 0o600),
		os.WriteFile(p.file("runs.json"), text, 0o600))
	if err != nil {
		return nil, err
	}
	return p, b.terraform.RunQuietly(ctx, dir, 0, "init", "-input=false", "-no-color")
}

func (p *project) file(name string) string { return filepath.Join(p.dir, name) }

func (p *project) remove() error { return os.RemoveAll(p.dir) }

// apply measures an apply from nothing.
func (p *project) apply(ctx context.Context) (sample, error) {
	err := errors.Join(os.RemoveAll(p.file("evidence")), os.RemoveAll(p.file("terraform.tfstate")),
		os.RemoveAll(p.file("terraform.tfstate.backup")))
	if err != nil {
		return sample{}, err
	}
	return p.command(ctx, "apply", "-auto-approve")
}

// plan measures a plan, which has to find no change.
func (p *project) plan(ctx context.Context) (sample, error) {
	return p.command(ctx, "plan", "-detailed-exitcode")
}

func (p *project) command(ctx context.Context, args ...string) (sample, error) {
	p.b.library.ResetRequests()
	if err := os.RemoveAll(p.b.usage); err != nil {
		return sample{}, err
	}
	start := time.Now()
	err := p.b.terraform.RunQuietly(ctx, p.dir, 0, append(args, "-input=false", "-no-color")...)
	s := sample{seconds: time.Since(start).Seconds(), requests: len(p.b.library.Requests())}
	if err != nil {
		return s, err
	}
	s.cpuSeconds, s.peakBytes, err = readUsage(p.b.usage)
	return s, err
}

// stateBytes is the size of the state's resources for each run.
func (p *project) stateBytes() (float64, error) {
	text, err := os.ReadFile(p.file("terraform.tfstate"))
	if err != nil {
		return 0, err
	}
	var state struct {
		Resources json.RawMessage `json:"resources"`
	}
	err = json.Unmarshal(text, &state)
	return float64(len(state.Resources)) / float64(p.runs), err
}
