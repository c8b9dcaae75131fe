// Command demo shows the provider with a real Terraform or OpenTofu and a fake Report Library on loopback.
//
// With -serve it only runs the fake until it is interrupted, and prints the environment variables for a configuration.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

func main() {
	serve := flag.Bool("serve", false, "only run the fake Report Library, until interrupted")
	folder := flag.String("folder", "demo", "folder to work in; it is emptied first")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	run := demo
	if *serve {
		run = serveOnly
	}
	if err := run(ctx, *folder); err != nil {
		fmt.Fprintln(os.Stderr, "\ndemo failed:", err)
		stop()
		os.Exit(1)
	}
}

// library is the fake with the runs that the demo uses.
type library struct {
	*reportlibrarytest.Server
	orders, auditLog reportlibrarytest.Run
}

func startLibrary() library {
	server := reportlibrarytest.NewServer()
	return library{
		Server:   server,
		orders:   server.AddRun(reportlibrarytest.Run{DisplayName: "Monthly orders", Type: "orders", Format: "CSV"}),
		auditLog: server.AddRun(reportlibrarytest.Run{DisplayName: "Audit log", Type: "audit-logs", Format: "JSON"}),
	}
}

// environment returns the variables that point the provider to the fake.
func (l library) environment() []string {
	return []string{"DIGICERT_BASE_URL=" + l.URL(), "DIGICERT_API_KEY=" + l.APIKey}
}

func serveOnly(ctx context.Context, _ string) error {
	library := startLibrary()
	defer library.Close()
	for _, variable := range library.environment() {
		fmt.Printf("export %q\n", variable)
	}
	for _, run := range []reportlibrarytest.Run{library.orders, library.auditLog} {
		fmt.Printf("# report %q in format %s\n", run.DisplayName, run.Format)
	}
	<-ctx.Done()
	return nil
}

// errUnexpected means that a step of the demo did not have its expected result.
var errUnexpected = errors.New("unexpected result")

func demo(ctx context.Context, folder string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	if err := tftest.EmptyFolder(folder, "bin", "plugin", "mirror", "cli.tfrc", "work", "archive"); err != nil {
		return err
	}
	say("Building the provider and looking for Terraform or OpenTofu")
	terraform, err := newTerraform(ctx, folder)
	if err != nil {
		return err
	}
	library := startLibrary()
	defer library.Close()
	terraform.Environment = append(terraform.Environment, library.environment()...)
	if err := os.CopyFS(terraform.work, os.DirFS(filepath.Join("examples", "quickstart"))); err != nil {
		return err
	}

	say("A first plan and apply: two reports are downloaded and saved")
	if err := terraform.run(ctx, 0, "init", "-input=false"); err != nil {
		return err
	}
	if err := terraform.run(ctx, 2, "plan", "-input=false", "-detailed-exitcode", "-out=saved.tfplan"); err != nil {
		return err
	}
	if err := terraform.run(ctx, 0, "apply", "-input=false", "saved.tfplan"); err != nil {
		return err
	}

	say("A second plan: the files are unchanged, so nothing is downloaded")
	if err := terraform.run(ctx, 0, "plan", "-input=false", "-detailed-exitcode"); err != nil {
		return err
	}

	say("A saved file is edited, and the next plan shows it")
	edited := filepath.Join(terraform.work, "evidence", "orders.csv")
	before, err := os.ReadFile(edited)
	if err != nil {
		return err
	}
	if err := os.WriteFile(edited, append(before, "a line that DigiCert did not write\n"...), 0o600); err != nil {
		return err
	}
	if err := terraform.run(ctx, 2, "plan", "-input=false", "-detailed-exitcode"); err != nil {
		return err
	}

	say("An apply restores it, verified against the recorded hash")
	if err := terraform.run(ctx, 0, "apply", "-input=false", "-auto-approve"); err != nil {
		return err
	}
	after, err := os.ReadFile(edited)
	if err != nil {
		return err
	}
	if string(after) != string(before) {
		return fmt.Errorf("%w: %s differs from the report that was saved", errUnexpected, edited)
	}
	if err := archiveRuns(ctx, terraform.in("archive"), library); err != nil {
		return err
	}
	return report(terraform, library)
}

// report prints the paths of the saved files, and compares each file with the fake's report.
func report(terraform *terraform, library library) error {
	say("Done. The saved reports, and the SHA-256 of each")
	served := map[string]bool{}
	for _, run := range []reportlibrarytest.Run{library.orders, library.auditLog} {
		served[reportlibrarytest.SHA256(run.Content)] = true
	}
	files, err := filepath.Glob(filepath.Join(terraform.work, "evidence", "*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		digest, err := sha256File(file)
		if err != nil {
			return err
		}
		fmt.Printf("%s  %s\n", digest, file)
		if !served[digest] {
			return fmt.Errorf("%w: %s differs from the served reports", errUnexpected, file)
		}
	}
	if len(files) != len(served) {
		return fmt.Errorf("%w: %d files for %d reports", errUnexpected, len(files), len(served))
	}
	fmt.Printf("\nConfiguration and state are in %s. To continue there, run go run ./internal/demo -serve in "+
		"another terminal.\n", terraform.work)
	return nil
}

func say(what string) { fmt.Printf("\n\033[1m==> %s\033[0m\n", what) }
