package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// The configurations count orders that are issued and expire before a date.
const rowsConfig = `data "digicert_report_rows" "this" {
  paths = ["orders.csv"]
  where = [
    { column = "Order Status", operator = "equals", value = "issued" },
    { column = "Valid Till", operator = "before", value = "2026-02-01" },
  ]
  select   = ["Order ID", "Common Name"]
  max_rows = 20
}

output "count" {
  value = data.digicert_report_rows.this.match_count
}
`

const csvdecodeConfig = `output "count" {
  value = length([
    for row in csvdecode(file("orders.csv")) : row
    if row["Order Status"] == "issued" && timecmp("${row["Valid Till"]}T00:00:00Z", "2026-02-01T00:00:00Z") < 0
  ])
}
`

const pythonScript = `import csv
with open("orders.csv", newline="") as file:
    print(sum(row["Order Status"] == "issued" and row["Valid Till"] < "2026-02-01" for row in csv.DictReader(file)))
`

// countRows prepares a query of a file with n rows of 260 bytes.
func countRows(n int, other baseline) prepare {
	return func(ctx context.Context, b *bench) (c commands, err error) {
		p, err := b.newRows(ctx, source+rowsConfig, n)
		if err == nil {
			c, err = other(ctx, b, p, nil, "")
		}
		c.apply, c.plan = p.apply, p.plan
		return c, err
	}
}

func (b *bench) newRows(ctx context.Context, config string, n int) (*project, error) {
	p, err := b.newProject(ctx, config, nil)
	if err != nil {
		return nil, err
	}
	file, err := os.Create(p.file("orders.csv"))
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "Order ID,Common Name,Order Status,Valid Till,Comments")
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	comments := strings.Repeat("requested by phone;\nsee the ticket, ", 6)
	for i := range n {
		status := []string{"issued", "issued", "revoked"}[i%3]
		fmt.Fprintf(w, "%09d,host-%06d.example.com,%s,%s,\"%s\"\n", i, i%1e6, status,
			day.AddDate(0, 0, i%365).Format(time.DateOnly), comments[:205])
	}
	return p, errors.Join(w.Flush(), file.Close())
}

// csvdecode does the same with Terraform's function.
func csvdecode(ctx context.Context, b *bench, p *project, _ []string, _ string) (c commands, err error) {
	other, err := b.newProject(ctx, csvdecodeConfig, nil)
	if err != nil {
		return c, err
	}
	other.terraform = []string{b.launcher, b.terraform.Executable} // without a provider
	c = commands{otherApply: other.apply, otherPlan: other.plan}
	return c, os.Link(p.file("orders.csv"), other.file("orders.csv"))
}

// python does the same with Python's csv module, and measures a query of ten rows.
func python(ctx context.Context, b *bench, p *project, _ []string, _ string) (c commands, err error) {
	small, err := b.newRows(ctx, source+rowsConfig, 10)
	if err != nil {
		return c, err
	}
	script := b.script(p.dir, `python3 -c "$1"`, pythonScript)
	return commands{otherApply: script, otherPlan: script, smallApply: small.apply, smallPlan: small.plan}, nil
}
