// Command troubleshooting completes the generated troubleshooting guide: an index of the titles, and under each title
// the next steps from the provider's message tables. It fails if a row of the tables is missing in the guide.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/provider"
)

func main() {
	page := flag.String("page", "", "the page to complete in place")
	flag.Parse()
	if err := run(*page); err != nil {
		fmt.Fprintln(os.Stderr, "troubleshooting:", err)
		os.Exit(1)
	}
}

func run(page string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	completed, err := complete(string(text), provider.GuideMessages())
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(completed), 0o644)
}
