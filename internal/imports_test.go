// Package internal has only a test: which package may import which.
package internal

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
)

const module = "github.com/seed-875fe49d/terraform-provider-digicert/internal/"

// allowedImports names the packages of this module that each package may import, besides in its tests. A package that
// is not here is an error, so that its place is decided.
var allowedImports = map[string][]string{
	"provider": {
		"archive", "atomicfile", "content", "filename", "httpclient", "redact", "reportlibrary", "rows", "savedfile",
		"timestamp",
	},
	"pluginserver": {"redact"},

	"archive":       {"atomicfile", "content", "filename", "reportlibrary", "savedfile", "timestamp"},
	"savedfile":     {"atomicfile", "content", "filename"},
	"reportlibrary": {"content", "filename", "httpclient", "redact"},
	"httpclient":    {"ratelimit", "redact", "zipfile"}, // zipfile for the limit of inflation
	"timestamp":     {"redact"},
	"content":       {"zipfile"},
	"rows":          {"atomicfile", "content"},
	"atomicfile":    {},
	"filename":      {},
	"ratelimit":     {},
	"redact":        {},
	"zipfile":       {},

	"deadline":                        {},
	"reportlibrary/reportlibrarytest": {"deadline"},
	"timestamp/timestamptest":         {},
	"zipfile/zipfiletest":             {},
	"tftest":                          {"deadline"},

	"demo":           {"reportlibrary/reportlibrarytest", "tftest", "timestamp/timestamptest"},
	"bench":          {"bench/usage", "reportlibrary/reportlibrarytest", "tftest"},
	"bench/empty":    {},
	"bench/launcher": {"bench/usage"},
	"bench/usage":    {},
}

// terraform names the packages that may depend on Terraform's libraries.
var terraform = []string{"provider", "pluginserver", "tftest", "demo", "bench", "bench/empty"}

func TestImports(t *testing.T) {
	t.Parallel()
	type listed struct {
		ImportPath    string
		Imports, Deps []string
	}
	list := exec.CommandContext(deadline.Context(t), "go", "list", "-json=ImportPath,Imports,Deps", "./...")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; found++ {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name, below := strings.CutPrefix(p.ImportPath, module)
		if !below || strings.Contains(name, "/testdata/") {
			continue
		}
		allowed, ok := allowedImports[name]
		if !ok {
			t.Errorf("%s is not in allowedImports", name)
		}
		for _, imported := range p.Imports {
			if other, ours := strings.CutPrefix(imported, module); ours && !slices.Contains(allowed, other) {
				t.Errorf("%s imports %s", name, other)
			}
		}
		if slices.Contains(terraform, name) {
			continue
		}
		for _, dependency := range p.Deps {
			if strings.HasPrefix(dependency, "github.com/hashicorp/terraform-") {
				t.Errorf("%s depends on %s", name, dependency)
				break
			}
		}
	}
	if found < 10 {
		t.Errorf("got %d packages, want all", found)
	}
}

// TestImports_noCircle checks the table itself: a circle that is allowed will be used.
func TestImports_noCircle(t *testing.T) {
	t.Parallel()
	var visit func(name string, path []string)
	visit = func(name string, path []string) {
		if slices.Contains(path, name) {
			t.Fatalf("allowedImports has a circle: %s", strings.Join(append(path, name), " -> "))
		}
		for _, other := range allowedImports[name] {
			if _, ok := allowedImports[other]; !ok {
				t.Errorf("%s may import %s, which has no row", name, other)
			}
			visit(other, append(path[:len(path):len(path)], name))
		}
	}
	for name := range allowedImports {
		visit(name, nil)
	}
}
