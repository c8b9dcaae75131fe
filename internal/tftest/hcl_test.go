package tftest

import "testing"

func TestBlock(t *testing.T) {
	t.Parallel()
	got := Block("resource", []string{"digicert_report_file", "this"},
		Set("filename", "a ${b} %{c} \"d\""), Set("size", 7), "timeouts = {\n  create = \"1m\"\n}")
	const want = `resource "digicert_report_file" "this" {
  filename = "a $${b} %%{c} \"d\""
  size = 7
  timeouts = {
    create = "1m"
  }
}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
