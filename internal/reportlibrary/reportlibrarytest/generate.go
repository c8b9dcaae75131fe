package reportlibrarytest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// Table is a small report before it has a format.
type Table struct {
	Columns []string
	Rows    [][]string
}

// names that need quoting in CSV, escaping in JSON and XML, or more than ASCII, beside plain ones.
var (
	organizations = []string{"Example, Inc.", `The "Quoted" Company`, "Bücher GmbH",
		"東京証明書株式会社", "Smith & Sons <Ltd>", "Acme"}
	people   = []string{"John Doe", "Zoë O'Neil", "Nguyễn Văn An", "Erika Mustermann", "Ana María, Admin"}
	products = []string{"Standard SSL", "Secure Site Pro", "Wildcard Plus", "EV Multi-Domain", "Code Signing"}
	statuses = []string{"issued", "pending", "expired", "revoked", "rejected"}
)

// Orders is an orders report. Seed by seed, it is the same on every machine.
func Orders(rows int, seed uint64) Table {
	t := Table{Columns: []string{"Order ID", "Certificate ID", "Common Name", "Organization", "Product", "Order Status",
		"Valid From", "Valid Till", "Serial Number", "Requester", "Comments"}}
	return t.fill(rows, seed, func(r *rand.Rand, i int) []string {
		from := randomDay(r)
		comments := []string{"", "renewal", "requested by phone;\nsee ticket", "=1+1"}
		return []string{fmt.Sprint(100000000 + i), fmt.Sprint(200000000 + r.IntN(1e8)), randomHost(r),
			pick(r, organizations), pick(r, products), pick(r, statuses), from.Format(time.DateOnly),
			from.AddDate(1, 0, 0).Format(time.DateOnly), fmt.Sprintf("0%031X", r.Uint64()), pick(r, people),
			pick(r, comments)}
	})
}

// Domains is a domains report, as deterministic as Orders.
func Domains(rows int, seed uint64) Table {
	t := Table{Columns: []string{"Domain ID", "Domain Name", "Organization", "Status", "DCV Method",
		"DCV Expiration Date"}}
	return t.fill(rows, seed, func(r *rand.Rand, i int) []string {
		return []string{fmt.Sprint(300000 + i), randomHost(r), pick(r, organizations),
			pick(r, []string{"active", "inactive"}), pick(r, []string{"dns-txt-token", "email", "http-token"}),
			randomDay(r).Format(time.DateOnly)}
	})
}

// AuditLogs is an audit-log report, as deterministic as Orders.
func AuditLogs(rows int, seed uint64) Table {
	t := Table{Columns: []string{"Date and Time", "User", "User Status", "IP Address", "Action", "Message"}}
	return t.fill(rows, seed, func(r *rand.Rand, i int) []string {
		action := pick(r, []string{"Login", "Order certificate", "Revoke certificate", "Edit user", "API key created"})
		at := randomDay(r).Add(time.Duration(i%86400) * time.Second)
		return []string{at.Format(time.DateTime), pick(r, people), "active",
			fmt.Sprintf("192.0.2.%d", 1+r.IntN(254)), action, action + ": " + randomHost(r)}
	})
}

func (t Table) fill(rows int, seed uint64, row func(r *rand.Rand, i int) []string) Table {
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range rows {
		t.Rows = append(t.Rows, row(r, i))
	}
	return t
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

func randomHost(r *rand.Rand) string {
	return fmt.Sprintf("%s-%d.example.%s", pick(r, []string{"www", "mail", "api", "vpn", "shop"}), r.IntN(10000),
		pick(r, []string{"com", "net", "org"}))
}

func randomDay(r *rand.Rand) time.Time {
	return time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(365))
}

// CSV is the table with a header line, lines ending in a newline.
func (t Table) CSV() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(t.Columns)
	_ = w.WriteAll(t.Rows) // flushes; a Buffer takes everything
	return b.Bytes()
}

// JSON is the table as an array of objects whose members are in the order of the columns.
func (t Table) JSON() []byte {
	b := []byte("[")
	for i, row := range t.Rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, "\n{"...)
		for j, cell := range row {
			if j > 0 {
				b = append(b, ',')
			}
			b = append(append(appendJSON(b, t.Columns[j]), ':'), appendJSON(nil, cell)...)
		}
		b = append(b, '}')
	}
	return append(b, "\n]\n"...)
}

func appendJSON(b []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return append(b, quoted...)
}

// Encode is the table as CSV, JSON or EXCEL; any other format is CSV.
func (t Table) Encode(format string) []byte {
	switch format {
	case "JSON":
		return t.JSON()
	case "EXCEL":
		return t.XLSX()
	}
	return t.CSV()
}

// tableFor is the default content of a run.
func tableFor(reportType string, rows int, seed uint64) Table {
	switch reportType {
	case "orders", "balance-history":
		return Orders(rows, seed)
	case "domains", "fqdn", "organizations":
		return Domains(rows, seed)
	}
	return AuditLogs(rows, seed)
}
