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

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/bench/usage"
)

// reportsConfig saves every run in runs.json. Both configurations loop over the same file, so that what Terraform
// itself does is the same.
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

// terraformDataConfig is Terraform's own work for as many resources. Of input the state has two copies.
const terraformDataConfig = `resource "terraform_data" "this" {
  for_each = jsondecode(file("runs.json"))

  input = "%s"
}
`

// project is a folder with a configuration, initialised.
type project struct {
	b   *bench
	dir string
}

// newReports makes a project that saves these runs.
func (b *bench) newReports(ctx context.Context, runs []run) (*project, error) {
	return b.newProject(ctx, reportsConfig, runs)
}

// newTerraformData makes a project of a terraform_data for each run with so many characters.
func (b *bench) newTerraformData(ctx context.Context, runs []run, characters int) (*project, error) {
	return b.newProject(ctx, fmt.Sprintf(terraformDataConfig, strings.Repeat("x", characters)), runs)
}

func (b *bench) newProject(ctx context.Context, config string, runs []run) (*project, error) {
	dir, err := os.MkdirTemp(b.work, "project-")
	if err != nil {
		return nil, err
	}
	p := &project{b: b, dir: dir}
	byName := map[string]run{}
	for i, run := range runs {
		byName[fmt.Sprintf("orders-%04d", i)] = run
	}
	text, err := json.Marshal(byName)
	if err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"main.tf": config, "runs.json": string(text)} {
		if err := os.WriteFile(p.file(name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	if err := b.terraform.RunQuietly(ctx, dir, 0, "init", "-input=false", "-no-color"); err != nil {
		return nil, err
	}
	// Terraform starts providers during init too, to look at their schemas.
	_, err = usage.Take(b.usageFile)
	return p, err
}

func (p *project) file(name string) string { return filepath.Join(p.dir, name) }

// saved are the files of the reports.
func (p *project) saved() ([]string, error) { return filepath.Glob(p.file("evidence/*.csv")) }

// apply measures an apply from nothing.
func (p *project) apply(ctx context.Context) (sample, error) {
	if err := p.forget(); err != nil {
		return sample{}, err
	}
	return p.measure(ctx, "apply", "-auto-approve")
}

// plan measures a plan, which has to find no change.
func (p *project) plan(ctx context.Context) (sample, error) {
	return p.measure(ctx, "plan", "-detailed-exitcode")
}

func (p *project) measure(ctx context.Context, args ...string) (sample, error) {
	if _, _, err := p.b.library.count(); err != nil {
		return sample{}, err
	}
	start := time.Now()
	err := p.b.terraform.RunQuietly(ctx, p.dir, 0, append(args, "-input=false", "-no-color")...)
	s := sample{Seconds: time.Since(start).Seconds()}
	if err != nil {
		return s, err
	}
	total, err := usage.Take(p.b.usageFile)
	if err != nil {
		return s, err
	}
	s.Processes, s.CPUSeconds, s.PeakBytes = total.Processes, total.CPUSeconds, total.PeakBytes
	s.Requests, s.Connections, err = p.b.library.count()
	return s, err
}

// forget removes state and files, as if nothing was ever applied.
func (p *project) forget() error {
	return errors.Join(os.RemoveAll(p.file("evidence")), os.RemoveAll(p.file("terraform.tfstate")),
		os.RemoveAll(p.file("terraform.tfstate.backup")))
}

// remove makes room for the next work, unless the folder is to be looked at later.
func (p *project) remove() error {
	if p.b.keep {
		return nil
	}
	return os.RemoveAll(p.dir)
}

// stateBytes is the size of the state's resources, in bytes for each of n.
func (p *project) stateBytes(n int) (float64, error) {
	text, err := os.ReadFile(p.file("terraform.tfstate"))
	if err != nil {
		return 0, err
	}
	return resourceBytes(text, n)
}

// resourceBytes leaves out what a state has without resources.
func resourceBytes(state []byte, n int) (float64, error) {
	var parts struct {
		Resources json.RawMessage `json:"resources"`
	}
	if err := json.Unmarshal(state, &parts); err != nil {
		return 0, err
	}
	return float64(len(parts.Resources)) / float64(n), nil
}
