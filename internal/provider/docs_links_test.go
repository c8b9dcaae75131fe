package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	fencedBlock  = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	pageHeading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	pageAnchor   = regexp.MustCompile(`<a id="([^"]+)">`)
	notInAnchor  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// publishedPages returns the pages that a reader sees, without code blocks.
func publishedPages(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, path := range documentation(t) {
		if strings.HasSuffix(path, ".tmpl") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		pages[path] = fencedBlock.ReplaceAllString(strings.ReplaceAll(string(text), "\r\n", "\n"), "")
	}
	return pages
}

// anchors returns the anchors of a page, as registries and forges make them from headings.
func anchors(page string) map[string]bool {
	found := map[string]bool{"schema": true}
	for _, match := range pageAnchor.FindAllStringSubmatch(page, -1) {
		found[match[1]] = true
	}
	for _, match := range pageHeading.FindAllStringSubmatch(page, -1) {
		title := notInAnchor.ReplaceAllString(strings.ToLower(match[1]), "")
		found[strings.ReplaceAll(strings.TrimSpace(title), " ", "-")] = true
	}
	return found
}

// TestDocs_links follows every link from page to page, and wants one to another page on each page of docs/.
func TestDocs_links(t *testing.T) {
	t.Parallel()
	pages := publishedPages(t)
	followed := 0
	for path, page := range pages {
		neighbours := 0
		for _, match := range markdownLink.FindAllStringSubmatch(page, -1) {
			if strings.Contains(match[1], "://") {
				continue
			}
			followed++
			name, anchor, _ := strings.Cut(match[1], "#")
			target := path
			if name != "" {
				target = filepath.Join(filepath.Dir(path), filepath.FromSlash(name))
				neighbours++
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which does not exist", path, match[1])
			} else if anchor != "" && !anchors(pages[target])[anchor] {
				t.Errorf("%s links to %s, which has no such heading", path, match[1])
			}
		}
		if neighbours == 0 && strings.HasPrefix(path, filepath.Join(repositoryDir, "docs")) {
			t.Errorf("%s has no link to another page", path)
		}
	}
	if followed < 50 {
		t.Errorf("followed %d links: this tests nothing", followed)
	}
}

// TestDocs_versionIsPinned wants a version of the provider wherever a configuration names its source.
func TestDocs_versionIsPinned(t *testing.T) {
	t.Parallel()
	source := regexp.MustCompile(`source += "seed-875fe49d/digicert"`)
	pinned := regexp.MustCompile(`source +=.*\n +version += "~> 0\.1"`)
	for _, path := range documentation(t) {
		for i, configuration := range configurations(t, path) {
			if want, got := len(source.FindAllString(configuration, -1)), len(pinned.FindAllString(configuration, -1)); got != want {
				t.Errorf("%s, configuration %d: %d of %d sources have a version", path, i+1, got, want)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Base(filepath.Dir(path))
		reference := strings.HasSuffix(path, ".md") && (folder == "resources" || strings.HasSuffix(folder, "-sources") || folder == "ephemeral-resources")
		if reference && !pinned.Match(text) {
			t.Errorf("%s shows no version of the provider", path)
		}
	}
}
