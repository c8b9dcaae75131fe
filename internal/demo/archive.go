package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

// archiveRuns shows an archive: its files, the auditor's commands, and a run that DigiCert deletes from the history.
func archiveRuns(ctx context.Context, terraform *terraform, library library) error {
	authority := timestamptest.NewServer()
	defer authority.Close()
	terraform.Environment = append(terraform.Environment, "TF_VAR_report_display_name=Monthly orders",
		fmt.Sprintf("TF_VAR_timestamp_authority={url=%q,ca_cert_pem=%q}", authority.URL(), authority.CACertPEM()),
		"TF_VAR_maximum_age_days=36500")
	older := library.AddRun(reportlibrarytest.Run{
		DisplayName: library.orders.DisplayName, Type: "orders", Format: "CSV",
		StartDate: "2026-01-01 02:00:00", EndDate: "2026-01-01 02:00:11",
	})
	if err := copyConfiguration(terraform.work, filepath.Join("examples", "compliance-snapshot")); err != nil {
		return err
	}

	say("An archive keeps every run of a report, with a manifest and a time stamp")
	if err := terraform.run(ctx, 0, "init", "-input=false"); err != nil {
		return err
	}
	if err := terraform.run(ctx, 0, "apply", "-input=false", "-auto-approve"); err != nil {
		return err
	}

	evidence := filepath.Join(terraform.work, "evidence")
	if err := os.WriteFile(filepath.Join(terraform.work, "root.pem"), []byte(authority.CACertPEM()), 0o600); err != nil {
		return err
	}
	say("An auditor verifies the folder without Terraform")
	for _, command := range [][]string{
		{"sha256sum", "--check", "0001.sha256"},
		{"openssl", "ts", "-verify", "-data", "0001.sha256", "-in", "0001.sha256.tsr", "-CAfile", "../root.pem"},
	} {
		if err := runInstalled(ctx, evidence, command); err != nil {
			return err
		}
	}

	say("DigiCert deletes the run after 90 days, and its record stays")
	library.RemoveRun(older.RunIdentifier)
	return terraform.run(ctx, 0, "plan", "-input=false", "-detailed-exitcode")
}

// runInstalled prints a command and runs it in folder, or prints that its program is not installed.
func runInstalled(ctx context.Context, folder string, command []string) error {
	fmt.Printf("$ %s\n", strings.Join(command, " "))
	program := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // our own words
	if program.Err != nil {
		fmt.Printf("%s is not installed here\n", command[0])
		return nil //nolint:nilerr // the demo continues without it
	}
	program.Dir, program.Stdout, program.Stderr = folder, os.Stdout, os.Stderr
	if err := program.Run(); err != nil {
		return fmt.Errorf("%w: %s: %w", errUnexpected, command[0], err)
	}
	return nil
}

func copyConfiguration(to, from string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.tf"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
