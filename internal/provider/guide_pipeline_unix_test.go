//go:build unix

package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// bucketCommand is an aws command whose only bucket is the folder $BUCKET: aws s3 sync FROM TO, without --delete.
const bucketCommand = `#!/bin/bash
set -eu
[ "$1 $2" = "s3 sync" ]
from=${3/#s3:\/\/example-evidence\/orders/$BUCKET} to=${4/#s3:\/\/example-evidence\/orders/$BUCKET}
mkdir -p "$from" "$to"
cp -R "$from/." "$to"
`

// pipelineStep is a command of a pipeline, and the folder that it runs in.
type pipelineStep struct{ command, folder string }

var pipelineBlock = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")

// pipelineSteps returns the commands of the guide's n-th pipeline without those that install something: the provider is
// here without init, and so are the programs.
func pipelineSteps(t *testing.T, n int) (steps []pipelineStep) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repositoryDir, "docs/guides/compliance-snapshots-in-ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := pipelineBlock.FindAllStringSubmatch(string(text), -1)
	if len(blocks) != 2 {
		t.Fatalf("got %d pipelines, want 2", len(blocks))
	}
	lines := strings.Split(blocks[n][1], "\n")
	listed := regexp.MustCompile([]string{`^ +(?:- )?run: (.+)$`, `^    - (.+)$`}[n])
	for i := 0; i < len(lines); i++ {
		match := listed.FindStringSubmatch(lines[i])
		if match == nil {
			continue
		}
		step := pipelineStep{command: match[1]}
		if step.command == "|" {
			step.command = ""
			for i+1 < len(lines) && strings.HasPrefix(lines[i+1], "          ") {
				i++
				step.command += strings.TrimSpace(lines[i]) + "\n"
			}
		}
		if i+1 < len(lines) && strings.Contains(lines[i+1], "working-directory: ") {
			_, step.folder, _ = strings.Cut(lines[i+1], "working-directory: ")
		}
		if step.command != "terraform init" && !strings.HasPrefix(step.command, "apk ") && !strings.HasPrefix(step.command, "if:") {
			steps = append(steps, step)
		}
	}
	return steps
}

// TestSnapshotGuide_pipelines runs both pipelines of the guide in two months, each time on a runner that has only the
// state and the bucket. DigiCert has deleted the first month's run by the second month.
func TestSnapshotGuide_pipelines(t *testing.T) {
	t.Parallel()
	for n, name := range []string{"GitHub Actions", "GitLab CI"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := pipelineSteps(t, n)
			if len(steps) < 5 {
				t.Fatalf("got the steps %v, want the whole pipeline", steps)
			}
			s := newFixture(t)
			bin, bucket, state := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "terraform.tfstate")
			if err := os.WriteFile(filepath.Join(bin, "aws"), []byte(bucketCommand), 0o700); err != nil {
				t.Fatal(err)
			}
			for month := 1; month <= 2; month++ {
				day := "2026-0" + string(rune('0'+month)) + "-01"
				run := s.AddRun(reportlibrarytest.Run{
					DisplayName: "Monthly orders", StartDate: day + " 02:00:00", EndDate: day + " 02:00:11",
					Content: reportlibrarytest.Text(january + day + ",1\n"),
				})
				w := s.workFolder(t, tftest.Shared(t))
				w.CopyExample(filepath.Join(examplesDir, "compliance-snapshot"), func(string) bool { return true })
				w.Environment = append(w.Environment, "BUCKET="+bucket, "GITHUB_OUTPUT=output.txt", "TF_INPUT=false",
					"TF_VAR_report_display_name=Monthly orders", "TF_VAR_maximum_age_days=36500")
				w.shell("[ ! -e '" + state + "' ] || cp '" + state + "' terraform.tfstate")
				for _, step := range steps {
					w.shell(`PATH="` + bin + `:$PATH"; mkdir -p evidence; cd "./` + step.folder + "\"\n" + step.command)
				}
				w.shell("cp terraform.tfstate '" + state + "'")
				if n == 0 {
					if got := w.shell("cat output.txt; jq -r '.files | length' predicate.json"); got != "path=evidence/000"+day[6:7]+".json\n1\n" {
						t.Errorf("%s: got the output %q, want the newest manifest with one file", day, got)
					}
				}
				s.RemoveRun(run.RunIdentifier) // only the bucket has it then
			}
			entries, err := os.ReadDir(bucket)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, entry := range entries {
				if strings.HasPrefix(entry.Name(), "000") {
					names = append(names, entry.Name())
				}
			}
			if want := []string{"0001.json", "0001.sha256", "0002.json", "0002.sha256"}; !slices.Equal(names, want) || len(entries) != 6 {
				t.Errorf("got the manifests %q among %d files in the bucket, want %q among 6", names, len(entries), want)
			}
			w := s.workFolder(t, tftest.Shared(t))
			w.shell("cd '" + bucket + "' && sha256sum --check --strict --quiet [0-9]*.sha256")
		})
	}
}
