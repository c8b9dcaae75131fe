package provider

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

const (
	repositoryDir = "../.."
	guidesDir     = repositoryDir + "/templates/guides"
)

// TestDocs_configurations parses every configuration that the documentation shows, and checks its format.
func TestDocs_configurations(t *testing.T) {
	t.Parallel()
	for _, page := range documentation(t) {
		for i, source := range configurations(t, page) {
			name := fmt.Sprintf("%s, block %d", page, i+1)
			if _, diags := hclsyntax.ParseConfig([]byte(source), name, hcl.InitialPos); diags.HasErrors() {
				t.Error(diags)
			} else if formatted := string(hclwrite.Format([]byte(source))); formatted != source {
				t.Errorf("%s is not formatted; it should be:\n%s", name, formatted)
			}
		}
	}
}

// documentation lists every page, and every template of one.
func documentation(t *testing.T) (pages []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs", "templates"} {
		roots, err := filepath.Glob(filepath.Join(repositoryDir, pattern))
		if err != nil || len(roots) == 0 {
			t.Fatalf("there is no %s (%v)", pattern, err)
		}
		for _, root := range roots {
			err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
				if err == nil && (strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".md.tmpl")) {
					pages = append(pages, path)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return pages
}

var configurationBlock = regexp.MustCompile("(?ms)^```(?:terraform|hcl)\n(.*?)^```$")

// configurations returns the configurations that a page shows.
func configurations(t *testing.T, page string) (sources []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range configurationBlock.FindAllStringSubmatch(string(text), -1) {
		sources = append(sources, match[1])
	}
	return sources
}

// TestDocs_troubleshooting checks that the guide has a section for every title of an error or a warning, and no other.
func TestDocs_troubleshooting(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(guidesDir + "/troubleshooting.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var explained []string
	for _, match := range regexp.MustCompile(`(?m)^### (.*)$`).FindAllSubmatch(guide, -1) {
		explained = append(explained, string(match[1]))
	}
	titles := append(diagnosticTitles(t), "Invalid Attribute Combination") // a title of the framework's validators
	for _, title := range titles {
		if !slices.Contains(explained, title) {
			t.Errorf("the guide doesn't explain %q", title)
		}
	}
	for i, title := range explained {
		if !slices.Contains(titles, title) {
			t.Errorf("the guide explains %q, which nothing says", title)
		}
		if slices.Contains(explained[:i], title) {
			t.Errorf("the guide explains %q twice", title)
		}
	}
}

// titleArgument is where the functions that make a diagnostic take its title.
var titleArgument = map[string]int{
	"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0,
	"AddAttributeError": 1, "AddAttributeWarning": 1, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
}

// diagnosticTitles reads the titles of all diagnostics from the sources of this package: arguments, fields and
// constants called summary, and first results of the validators' checks.
func diagnosticTitles(t *testing.T) (titles []string) {
	t.Helper()
	add := func(expr ast.Expr) {
		if literal, ok := expr.(*ast.BasicLit); ok && literal.Kind == token.STRING && literal.Value != `""` {
			title, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			titles = append(titles, title)
		}
	}
	visit := func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.CallExpr:
			if function, ok := n.Fun.(*ast.SelectorExpr); ok {
				if i, ok := titleArgument[function.Sel.Name]; ok && i < len(n.Args) {
					add(n.Args[i])
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "summary" {
				add(n.Value)
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if field, ok := left.(*ast.SelectorExpr); ok && field.Sel.Name == "summary" && i < len(n.Rhs) {
					add(n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if name.Name == "summary" && i < len(n.Values) {
					add(n.Values[i])
				}
			}
		case *ast.FuncDecl:
			if n.Name.Name == "check" {
				ast.Inspect(n, func(node ast.Node) bool {
					if result, ok := node.(*ast.ReturnStmt); ok && len(result.Results) == 2 {
						add(result.Results[0])
					}
					return true
				})
			}
		}
		return true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, visit)
	}
	slices.Sort(titles)
	return slices.Compact(titles)
}

// TestDocs_besideAnotherProvider applies the configuration of the guide, with a provider that also calls itself digicert.
func TestDocs_besideAnotherProvider(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	namesake := t.TempDir()
	err := tftest.Build(t.Context(), "internal/provider/testdata/namesake",
		filepath.Join(namesake, tftest.Executable("terraform-provider-digicert")))
	if err != nil {
		t.Fatal(err)
	}
	cli = cli.With(t, "digicert/digicert", namesake)
	s := newFixture(t)
	s.orders(january)
	work := s.workFolder(t, cli)
	const other = `
provider "digicert" {
  url = "https://example.com"
}

resource "digicert_certificate" "web" {
  common_name = "www.example.com"
}
`
	guide := configurations(t, guidesDir+"/beside-trust-lifecycle-manager.md.tmpl")[0]
	work.Write("main.tf", guide+other)
	if out := work.Run(0, "apply", "-auto-approve"); !strings.Contains(out, "2 added, 0 changed, 0 destroyed") {
		t.Error(out)
	}
	work.Run(0, "plan", "-detailed-exitcode")
	work.Run(0, "destroy", "-auto-approve")

	work.Write("main.tf", strings.ReplaceAll(guide, "  provider = certcentral\n", "")+other)
	if _, problem := work.Command(1, "validate", "-no-color"); !strings.Contains(problem, "does not support data source") {
		t.Error(problem)
	}
}
