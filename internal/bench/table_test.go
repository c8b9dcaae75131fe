package main

import (
	"strings"
	"testing"
)

func TestWriteTable(t *testing.T) {
	var text strings.Builder
	err := writeTable(&text, [][]string{{"work", "s", "ratio"}, {"1 KB größer", "0.41", ""}, {"b", "12.00", "1.50"}})
	if err != nil {
		t.Fatal(err)
	}
	want := `| work        |     s | ratio |
| ----------- | ----: | ----: |
| 1 KB größer |  0.41 |       |
| b           | 12.00 |  1.50 |
`
	if got := text.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestPrint(t *testing.T) {
	byHand, hash := 1.0, 0.5
	smallest := figures{Seconds: 0.5}
	r := &results{
		Machine: machine{Go: "go1.26", System: "linux/amd64", CPUs: 2},
		Runs:    3,
		Rows: []row{
			{
				work: work{Name: "200 MB bare", Reports: 1, Size: 200 * megabyte}, StateBytes: 1600.4,
				Apply: figuresOf(1.5, 2.25, 25*mebibyte), Plan: figuresOf(0.75, 0.25, 24*mebibyte),
				SmallestApply: &smallest, SmallestPlan: &smallest, ByHandSeconds: &byHand, HashSeconds: &hash,
			},
			{work: work{Name: "1 KB wrapped"}, Note: "unzip is not on PATH"},
		},
	}
	r.Rows[0].Apply.Requests, r.Rows[0].Apply.Connections = 1, 1
	r.Targets = r.compare()
	var text strings.Builder
	if err := r.print(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Commit -, -, go1.26, linux/amd64, 2 CPUs, 0001-01-01 00:00; medians of 3 interleaved runs.\n",
		"| 200 MB bare  |    1.50 |   1.00 |  1.00 |   0.75 |   0.50 |  0.50 |        2.25 |       0.25 |     25.0 |    1600 |" +
			"      1+0 |         1+0 |\n",
		"1 KB wrapped: no baseline, unzip is not on PATH.\n",
		"| 200 MB bare: (plan - plan of 1 KB) / openssl            |     0.50 |  <= 0.8 |  <= 0.5 |       |\n",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "Start to handshake:") {
		t.Error("the start was not measured")
	}
}
