package content

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// judged returns the verdict about a bare body that is delivered in pieces of the given size.
func judged(t testing.TB, body string, format Format, hints Hints, size int) error {
	t.Helper()
	r := newReader(context.Background(), strings.NewReader(body), 0)
	defer r.release()
	h, err := r.readHead(hints.ContentType)
	if err == nil {
		err = h.check(format, hints)
	}
	if err == nil {
		err = r.follow(judgeOf(format, h, hints))
	}
	if err != nil {
		return err
	}
	var got strings.Builder
	buf := make([]byte, size)
	if _, err := io.CopyBuffer(struct{ io.Writer }{&got}, struct{ io.Reader }{r}, buf); err != nil {
		return err
	}
	if got.String() != body {
		t.Errorf("delivered %d bytes %.50q, want %.50q", got.Len(), got.String(), body)
	}
	return nil
}

// sizes are the pieces in which a body is delivered.
var sizes = []int{1, 7, 4096, 1 << 20}

// followedBy is a report longer than a head, and something behind it.
func followedBy(rest string) string { return strings.Repeat(testCSV, 2000) + rest }

func TestReports(t *testing.T) {
	html := "text/html; charset=utf-8"
	tests := map[string]struct {
		format Format
		hints  Hints
		body   string
	}{
		"tags as columns":       {CSV, Hints{}, "<order_id>,<common_name>\r\n1,example.com\r\n"},
		"tags of HTML":          {CSV, Hints{}, "<b>,<i>\r\n1,2\r\n"},
		"document tags":         {CSV, Hints{}, "<head>,<body>\r\n1,2\r\n"},
		"tags and semicolons":   {CSV, Hints{}, "<Name>;<Id>\n1;2\n"},
		"tags and tabs":         {CSV, Hints{}, "<Name>\t<Id>\n1\t2\n"},
		"tag, one column":       {CSV, Hints{}, "<Name>\r\nJane\r\nJohn\r\n"},
		"tags, one column":      {CSV, Hints{}, "<Name>\r\n<none>\r\n<none>\r\n"},
		"HTML tag, one column":  {CSV, Hints{}, "<b>\r\n1\r\n2\r\n"},
		"spaced tag":            {CSV, Hints{}, "<Common Name>,<Order ID>\r\na,1\r\n"},
		"spaced tag, one":       {CSV, Hints{}, "<Common Name>\r\na\r\n"},
		"tag and words":         {CSV, Hints{}, "<Name> of person\r\nJane\r\n"},
		"comparison":            {CSV, Hints{}, "<30 days,30-60 days,>60 days\r\n1,2,3\r\n"},
		"address":               {CSV, Hints{}, "<jane@example.com>,1\r\n"},
		"formatted cells":       {CSV, Hints{ContentType: "text/csv"}, "<b>id</b>,name\r\n<b>1</b>,x\r\n"},
		"cells of HTML":         {CSV, Hints{}, "id,description\r\n1,<p>x</p>\r\n2,\"<div class=\"\"a\"\">y</div>\"\r\n"},
		"column of HTML":        {CSV, Hints{}, "description\r\n<p>x</p>\r\n<p>y</p>\r\n"},
		"page in the last cell": {CSV, Hints{}, "id,page\r\n1,<html>x</html>\r\n"},
		"typed as HTML":         {CSV, Hints{ContentType: html}, testCSV},
		"tags typed as HTML":    {CSV, Hints{ContentType: html}, "<order_id>,<common_name>\r\n1,example.com\r\n"},
		"HTML cells, HTML type": {CSV, Hints{ContentType: html}, "id,text\r\n1,<p>x</p>\r\n"},
		"typed as JSON":         {CSV, Hints{ContentType: "application/json"}, testCSV},
		"braces typed as JSON":  {CSV, Hints{ContentType: "application/json"}, "{order_id},{name}\r\n1,x\r\n"},
		"no rows, JSON type":    {CSV, Hints{ContentType: "application/json"}, "order_id,common_name\r\n"},
		"one column, plain":     {CSV, Hints{ContentType: "text/plain"}, "Common Name\r\nexample.com\r\n"},
		"no rows, plain":        {CSV, Hints{ContentType: "text/plain"}, "Common Name\r\n"},
		"word, plain":           {CSV, Hints{ContentType: "text/plain"}, "domain"},
		"columns, plain":        {CSV, Hints{ContentType: "text/plain"}, "Order ID,Failed checks,Error message"},
		"Excel's separator":     {CSV, Hints{}, "sep=;\r\na;b;c\r\n1;2;3\r\n"},
		"title first":           {CSV, Hints{}, "Orders of November\r\n\r\nid,name\r\n1,x\r\n"},
		"errors by name":        {CSV, Hints{Name: "Errors-2026-11-25.csv"}, "message\r\nThe order has been declined by us\r\n"},
		"braces":                {CSV, Hints{}, "{order_id},{name}\r\n1,x\r\n"},
		"brackets":              {CSV, Hints{}, "[x],[y]\r\n1,2\r\n"},
		"numbers in brackets":   {CSV, Hints{}, "[1],[2]\r\n3,4\r\n"},
		"quoted in braces":      {CSV, Hints{}, "{\"name\"},{\"id\"}\r\n1,2\r\n"},
		"bracket and words":     {CSV, Hints{}, "[2026] Orders,count\r\nx,1\r\n"},
		"bracket, one column":   {CSV, Hints{}, "[domain]\r\nexample.com\r\n"},
		"objects in cells":      {CSV, Hints{}, "{\"a\":1},{\"a\":2}\r\n"},
		"objects in rows":       {CSV, Hints{}, "id,payload\r\n1,{\"a\":1}\r\n{\"a\":2},{\"error\":\"x\"}\r\n{\"error\":\"x\"},3\r\n4,5\r\n"},
		"error in the last":     {CSV, Hints{}, "id,payload\r\n1,{\"error\":\"x\"}\r\n"},
		"objects, one column":   {CSV, Hints{}, "payload\r\n{\"a\":1}\r\n{\"a\":2}\r\n"},
		"null as a column":      {CSV, Hints{}, "null,true\r\n1,2\r\n"},
		"null, one column":      {CSV, Hints{}, "null\r\n1\r\n"},
		"null typed as CSV":     {CSV, Hints{ContentType: "text/csv"}, "null"},
		"null, no rows":         {CSV, Hints{}, "null\r\n"},
		"one quoted column":     {CSV, Hints{}, "\"No content\"\r\n"},
		"vertical tab":          {CSV, Hints{}, "id,name\r\n1,Example\vLtd\r\n"},
		"escape character":      {CSV, Hints{}, "id,name\r\n1,Example\x1bLtd\r\n"},
		"Latin-1 and a control": {CSV, Hints{}, "name\r\nM\xfcller\x1f\r\n"},
		"end of file of DOS":    {CSV, Hints{}, "id,name\r\n1,example.com\r\n\x1a"},
		"NUL in a cell":         {CSV, Hints{}, "col1|col2|col3\nval1|val\x002|val3\n"},
		"NULs around a cell":    {CSV, Hints{}, "hello\n\x00world\x00\n"},
		"NUL far behind":        {CSV, Hints{}, followedBy("3,a\x00b\r\n")},
		"a few controls a row":  {CSV, Hints{}, "id,name\r\n" + strings.Repeat("1,a\x1fb, and what else there is to say about this order, which has quite a long text about it and its customer\r\n", 2000)},
		"long row of a page":    {CSV, Hints{}, followedBy("<none>,3\r\n<jane@example.com>,4\r\n")},
		"bracketed rows":        {CSV, Hints{}, followedBy("[a],{b}\r\n[1],2\r\n{},[]\r\n")},
		"quotation left open":   {CSV, Hints{}, testCSV + "3,\"exam"},
		"no last line end":      {CSV, Hints{OpenEnd: true}, testCSV + "3,example.net"},
		"open end":              {CSV, Hints{OpenEnd: true}, followedBy("3,\"a\r\nb\"\r\n")},
		"one column, open end":  {CSV, Hints{OpenEnd: true}, "domain\r\nexample.com"},
		"footer":                {CSV, Hints{}, testCSV + "Total: 2\r\n"},
		"wrapped text":          {CSV, Hints{Name: "report.txt"}, testCSV},
		"wrapped column":        {CSV, Hints{Name: "domains.txt"}, "domain\r\nexample.com\r\n"},
		"wrapped dates":         {CSV, Hints{Name: "Orders 2026.11"}, "Nothing was found here\r\n"},
		"UTF-16":                {CSV, Hints{}, "\xff\xfe" + wide(binary.LittleEndian, followedBy(""))},

		"array":                 {JSON, Hints{}, `[{"a":1},{"b":"}"}]`},
		"typed as a page":       {JSON, Hints{ContentType: html}, `[{"a":1}]`},
		"empty array":           {JSON, Hints{}, "[]"},
		"array of arrays":       {JSON, Hints{}, `[["a","b"],["c","d"]]`},
		"array of one error":    {JSON, Hints{}, `[{"code":"login_failed","message":"Wrong password","user":"jane","ip":"192.0.2.1"}]`},
		"audit log":             {JSON, Hints{}, `[{"Code":"401","Message":"Login failed","Status":"failed"},{"Code":"1","Message":"x","Status":"ok"}]`},
		"empty object":          {JSON, Hints{}, "{}"},
		"page without rows":     {JSON, Hints{}, `{"data": [], "page": {"total": 0}}`},
		"rows and a code":       {JSON, Hints{}, `{"code": 0, "message": "success", "data": [{"order_id": 1}]}`},
		"rows under details":    {JSON, Hints{}, `{"code":0,"message":"success","details":[{"order_id":1},{"order_id":2}]}`},
		"audit under details":   {JSON, Hints{}, `{"code":0,"message":"success","details":[{"code":"login","message":"Signed in"}]}`},
		"empty errors":          {JSON, Hints{}, `{"title":"Orders","errors":[],"details":[{"order_id":1}]}`},
		"null error":            {JSON, Hints{}, `{"error":null,"message":"","orders":{"1":{"name":"example.com"}}}`},
		"rows two levels down":  {JSON, Hints{}, `{"result":{"orders":{"items":[{"id":1}]},"total":1}}`},
		"no rows and a message": {JSON, Hints{}, `{"message":"No orders","orders":[]}`},
		"errors in rows":        {JSON, Hints{}, `[{"id":1,"error":""},{"id":2,"error":"declined"}]`},
		"rows of kinds":         {JSON, Hints{}, `[{"id":1},{"code":"login","message":"Signed in"}]`},
		"audit record without a status": {
			JSON, Hints{},
			`{"timestamp":"2026-11-01","code":"login","message":"Signed in","type":"user","path":"/account"}`,
		},
		"login with a title": {
			JSON, Hints{},
			`{"title":"Login","description":"Jane signed in","timestamp":"2026-11-01","code":"A1"}`,
		},
		"empty object as a column": {CSV, Hints{}, "{}\r\n1\r\n"},
		"empty objects":            {CSV, Hints{}, "{},{}\r\n1,2\r\n"},
		"empty array as a column":  {CSV, Hints{}, "[]\r\n1\r\n"},
		"not available":            {CSV, Hints{}, "<n/a>\r\n1\r\n"},
		"pipes":                    {CSV, Hints{}, "<Name>|<Id>\r\nx|1\r\n"},
		"failed login":             {JSON, Hints{}, `{"date":"2026-11-01","user":"jane","message":"Login failed","code":"login_failed"}`},
		"report of errors":         {JSON, Hints{}, `{"errors":[{"order_id":1,"common_name":"example.com"}]}`},
		"status":                   {JSON, Hints{}, `{"status":"ok"}`},
		"audit record": {
			JSON, Hints{},
			`{"timestamp":"2026-11-01","code":"login","message":"Signed in","status":"success","path":"/account"}`,
		},
		"order":           {JSON, Hints{}, `{"order_id":1,"common_name":"example.com","status":"failed","price":1,"error":"declined"}`},
		"count of errors": {JSON, Hints{}, `{"error_count":2,"total_errors":1,"orders":5,"domains":3}`},
		"long array":      {JSON, Hints{}, "[" + strings.Repeat(`{"a":"b"},`, 20_000) + "{}]\n"},
		"long text":       {JSON, Hints{}, `["` + strings.Repeat("a", 200_000) + `"]`},
		"mark and spaces": {JSON, Hints{}, "\xef\xbb\xbf\r\n [1]\t\r\n " + strings.Repeat("\n", 100_000)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, size := range sizes {
				if err := judged(t, tt.body, tt.format, tt.hints, size); err != nil {
					t.Errorf("in pieces of %d: %v", size, err)
				}
			}
		})
	}
}

func TestNotReports(t *testing.T) {
	json := Hints{ContentType: "application/json"}
	tests := map[string]struct {
		format Format
		hints  Hints
		body   string
		kind   Kind
	}{
		"division":                {CSV, Hints{}, `<div class="error">Session expired. <a href="/login">Sign in</a></div>`, Page},
		"refresh":                 {CSV, Hints{}, `<meta http-equiv="refresh" content="0; url=https://login.example.com/">`, Page},
		"table":                   {CSV, Hints{}, "<table border=20>\n<tr><td>Access denied</td></tr>\n</table>", Page},
		"XML":                     {CSV, Hints{}, "<Error><Message>An error has occurred.</Message></Error>", Page},
		"XML in lines":            {CSV, Hints{}, "<Error>\n  <Code>AccessDenied</Code>\n</Error>\n", Page},
		"XML, cut":                {CSV, Hints{}, "<Map><timestamp>2026", Page},
		"SOAP":                    {CSV, Hints{}, `<soap:Envelope xmlns:soap="http://example.com"><soap:Body/></soap:Envelope>`, Page},
		"PHP":                     {CSV, Hints{}, "<br />\n<b>Fatal error</b>:  Uncaught PDOException in /var/www/x.php:3, and more", Page},
		"bold":                    {CSV, Hints{}, "<b>Warning</b>: something, somewhere", Page},
		"paragraph":               {CSV, Hints{}, "<p>Access denied, please sign in", Page},
		"heading":                 {CSV, Hints{}, "<h1>Forbidden</h1>", Page},
		"center":                  {CSV, Hints{}, "<center>\n<h1>502 Bad Gateway</h1>\n</center>", Page},
		"title":                   {CSV, Hints{}, "<title>Request Rejected</title>", Page},
		"closing first":           {CSV, Hints{}, "</div>Sorry", Page},
		"declaration":             {CSV, Hints{}, "\r\n<?xml version='1.0'?><a/>", Page},
		"CDATA":                   {CSV, Hints{}, "<![CDATA[x]]>", Page},
		"lone document tag":       {CSV, Hints{}, "<HTML>", Page},
		"typed, one column":       {CSV, Hints{ContentType: "text/html"}, "<p>\nSorry\n", Page},
		"typed, text first":       {CSV, Hints{ContentType: "text/html"}, "Sorry.<br>Please sign in, again", Page},
		"typed, comma":            {CSV, Hints{ContentType: "application/xml"}, "<a>, sorry", Page},
		"page in UTF-16":          {CSV, Hints{}, "\xff\xfe" + wide(binary.LittleEndian, "<div id='a'>x</div>"), Page},
		"message":                 {CSV, Hints{ContentType: "text/plain"}, "Internal Server Error", Failure},
		"message with a line":     {CSV, Hints{ContentType: "text/plain; charset=utf-8"}, "404 page not found\n", Failure},
		"message of a word":       {CSV, Hints{ContentType: "text/html"}, "Forbidden", Failure},
		"message with a comma":    {CSV, Hints{ContentType: "text/plain"}, "upstream connect error or disconnect, reset reason: connection failure", Failure},
		"two marks":               {CSV, Hints{}, "\ufeff\ufeff<!DOCTYPE html>", Page},
		"wrapped without type":    {CSV, Hints{Name: "error.csv"}, "Report generation failed: timeout\n", Failure},
		"wrapped message":         {CSV, Hints{Name: "error.txt"}, "Report generation failed: timeout\n", Failure},
		"wrapped note":            {CSV, Hints{Name: "folder/README.TXT"}, "Thank you for your order.\nThe report, as ordered, follows by mail.\n", Failure},
		"cut error":               {CSV, json, `{"errors":[{"code":"internal_error","message":"Something went wro`, Failure},
		"error and a page":        {CSV, json, `{"errors":[{"code":"a","message":"b"}]}<html><body>502</body></html>`, Failure},
		"lines":                   {CSV, json, "{\"order_id\":1,\"name\":\"a\"}\n{\"order_id\":2,\"name\":\"b\"}\n", OtherFormat},
		"lines without a type":    {CSV, Hints{}, "{\"order_id\":1,\"name\":\"a\"}\n{\"order_id\":2,\"name\":\"b\"}\n", OtherFormat},
		"lines and commas":        {CSV, Hints{}, "{\"a\":1},\n{\"a\":2},\n", OtherFormat},
		"lines of arrays":         {CSV, Hints{}, "[\"id\",\"name\"]\n[1,\"x\"]\n", OtherFormat},
		"trailing comma":          {CSV, Hints{}, `[{"order_id":1},{"order_id":2},]`, OtherFormat},
		"not a number":            {CSV, Hints{}, `[NaN]`, OtherFormat},
		"array":                   {CSV, Hints{}, `[{"order_id":1}]`, OtherFormat},
		"long array":              {CSV, Hints{}, "[" + strings.Repeat(`{"a":"b"},`, 20_000) + "{}]\n", OtherFormat},
		"objects, JSON type":      {CSV, json, "{\"a\":1},{\"a\":2}\r\n", OtherFormat},
		"unquoted keys":           {CSV, json, "{a:1,b:2}", OtherFormat},
		"null":                    {CSV, Hints{}, "null", OtherFormat},
		"null, JSON type":         {CSV, json, "null\n", OtherFormat},
		"text, JSON type":         {CSV, json, `"Access denied"`, OtherFormat},
		"not a number, JSON type": {CSV, json, "NaN", Failure},
		"string without end":      {CSV, json, `"abc`, Failure},
		"guarded":                 {CSV, json, ")]}',\n{\"a\":1}", OtherFormat},
		"called back":             {CSV, Hints{ContentType: "text/javascript"}, `callback({"a":1});`, OtherFormat},
		"zeros":                   {CSV, Hints{}, strings.Repeat("\x00", 100), Binary},
		"few zeros":               {CSV, Hints{}, strings.Repeat("\x00", 5), Binary},
		"many controls":           {CSV, Hints{}, "a,b\r\n" + strings.Repeat("\x01x,", 30), Binary},
		"start of a ZIP":          {CSV, Hints{}, "PK\x03", Binary},
		"PDF":                     {CSV, Hints{}, "%PDF-1.7", OtherFormat},

		"page after rows":        {CSV, Hints{}, testCSV + "<html><body>502, sorry</body></html>\n", Page},
		"page long after rows":   {CSV, Hints{}, followedBy("<!DOCTYPE html>\n<html>\n<body>\nSorry, it failed\n</body>\n</html>\n"), Page},
		"tags after rows":        {CSV, Hints{}, followedBy("<br />\n<b>Fatal error</b>: Allowed memory size exhausted, sorry"), Page},
		"division after rows":    {CSV, Hints{}, followedBy("<div>\nSorry, it failed\n</div>\n"), Page},
		"indented page":          {CSV, Hints{}, followedBy("\r\n\r\n  <html lang=en>\n"), Page},
		"XML after rows":         {CSV, Hints{}, followedBy("<Error><Code>SlowDown</Code></Error>"), Page},
		"page within a row":      {CSV, Hints{}, followedBy("3,exam<html><body>502</body></html>"), Page},
		"page and blank lines":   {CSV, Hints{}, followedBy("3,exam<html><body>502</body></html>\r\n" + strings.Repeat("\r\n", 5000)), Page},
		"page after a column":    {CSV, Hints{}, "domain\r\n" + strings.Repeat("example.com\r\n", 9000) + "<p>Sorry</p>", Page},
		"page instead of rows":   {CSV, Hints{}, "domain\r\n<html>\r\n", Page},
		"page after quotes":      {CSV, Hints{}, followedBy("\"3\",\"a\"\"b\"\r\n<html>\r\n"), Page},
		"error after rows":       {CSV, Hints{}, testCSV + `{"code":"internal_error","message":"x"}`, Failure},
		"error long after rows":  {CSV, Hints{}, followedBy(`{"errors":[{"code":"internal_error","message":"x"}]}` + "\n"), Failure},
		"cut error after rows":   {CSV, Hints{}, followedBy(`{"errors":[{"code":"internal_error","mess`), Failure},
		"error in lines":         {CSV, Hints{}, followedBy("{\n  \"errors\": [\n"), Malformed},
		"summary after rows":     {CSV, Hints{}, followedBy(`{"rows":2}`), Malformed},
		"line after rows":        {CSV, Hints{}, followedBy("ERROR:  canceling statement due to user request\n"), Failure},
		"gzip after rows":        {CSV, Hints{}, followedBy("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcbH\xcd\xc9\xc9\x07\x00\x86\xa6\x106"), Binary},
		"error within a row":     {CSV, Hints{}, followedBy(`3,exam{"error":"timeout"}`), Failure},
		"error after a column":   {CSV, Hints{}, "domain\r\nexample.com\r\n{\"error\":\"timeout\"}", Failure},
		"binary after rows":      {CSV, Hints{}, followedBy(strings.Repeat("\x00\x01\x02\x03\xff\xfe", 200)), Binary},
		"a little binary":        {CSV, Hints{}, followedBy(strings.Repeat("\x00\x11", 40)), Binary},
		"binary in the middle":   {CSV, Hints{}, followedBy(strings.Repeat("\x00\x11a,\r\n", 800) + followedBy("")), Binary},
		"open in a quotation":    {CSV, Hints{OpenEnd: true}, testCSV + "3,\"exam", Truncated},
		"open in a long one":     {CSV, Hints{OpenEnd: true}, testCSV + "3,\"" + strings.Repeat("exam\r\n", 30_000), Truncated},
		"open in a row":          {CSV, Hints{OpenEnd: true}, testCSV + "3", Truncated},
		"open in a long one's":   {CSV, Hints{OpenEnd: true}, followedBy("3"), Truncated},
		"open in UTF-16":         {CSV, Hints{OpenEnd: true}, "\xff\xfe" + wide(binary.LittleEndian, followedBy("3")), Truncated},
		"quotation just escaped": {CSV, Hints{OpenEnd: true}, testCSV + "3,\"a\"\"", Truncated},

		"page, JSON":             {JSON, Hints{}, "<a>,<b>", Page},
		"plain text, JSON":       {JSON, Hints{}, "Sorry", OtherFormat},
		"cut":                    {JSON, Hints{}, `[{"a":1}`, Truncated},
		"cut in a long one":      {JSON, Hints{}, "[" + strings.Repeat(`{"a":"b"},`, 20_000) + `{"a":"b"}`, Truncated},
		"wrong in a long one":    {JSON, Hints{}, "[" + strings.Repeat(`{"a":"b"},`, 20_000) + `{"a":b}]`, Malformed},
		"two":                    {JSON, Hints{}, "[1]\n[2]", Malformed},
		"two, long":              {JSON, Hints{}, "[" + strings.Repeat(`{"a":"b"},`, 20_000) + `{}]{"error":"x"}`, Malformed},
		"page behind a long one": {JSON, Hints{}, "[" + strings.Repeat(`{"a":"b"},`, 20_000) + `{}]<html>`, Page},
		"error as the last row":  {JSON, Hints{}, `[{"order_id":1},{"error":"timeout"}]`, Failure},
		"error far behind":       {JSON, Hints{}, "[" + strings.Repeat(`{"a":"b"},`, 20_000) + `{"code":"x","message":"y","error":{"message":"timeout"}}]` + "\n", Failure},
		"trailing comma, JSON":   {JSON, Hints{}, `{"a":1,}`, Malformed},
		"long error":             {JSON, Hints{}, `{"message":"` + strings.Repeat("x", 200_000) + `","error":"Internal Server Error"}`, Failure},
		"problem by its type":    {JSON, Hints{ContentType: "application/problem+json"}, `{"balance":30,"accounts":["/a"],"more":1}`, Failure},
	}
	for i, body := range errorBodies {
		tests[fmt.Sprintf("error %d %.40s", i, body)] = struct {
			format Format
			hints  Hints
			body   string
			kind   Kind
		}{JSON, Hints{}, body, Failure}
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, size := range sizes {
				err := judged(t, tt.body, tt.format, tt.hints, size)
				if e, ok := errors.AsType[*Error](err); !ok || e.Kind != tt.kind {
					t.Errorf("in pieces of %d: %v, want kind %d", size, err, tt.kind)
				}
			}
		})
	}
}

func TestReaderKeepsFailures(t *testing.T) {
	cause := errors.New("connection reset")
	for _, start := range []string{"", "a,b\n", followedBy(""), `{"a":`} {
		r := newReader(t.Context(), io.MultiReader(strings.NewReader(start), iotest.ErrReader(cause)), 0)
		h, err := r.readHead("")
		if err == nil {
			err = r.follow(judgeOf(CSV, h, Hints{}))
		}
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if want := "reading the body: connection reset"; !errors.Is(err, cause) || err.Error() != want {
			t.Errorf("after %.10q: error: got %v, want %s", start, err, want)
		}
		r.release()
	}
}

func TestCount(t *testing.T) {
	const unknown = -1
	tests := map[string]struct {
		format  Format
		body    string
		rows    int64
		columns []string
	}{
		"CSV":                   {CSV, testCSV, 2, []string{"order_id", "common_name"}},
		"line feeds":            {CSV, "a,b\n1,2\n", 1, []string{"a", "b"}},
		"carriage returns":      {CSV, "a;b\r1;2\r3;4", 2, []string{"a", "b"}},
		"blank lines":           {CSV, "\r\n\r\na\tb\r\n\r\n1\t2\r\n\n", 1, []string{"a", "b"}},
		"byte order mark":       {CSV, "\ufeff\"a\",b\n1,2\n", 1, []string{"a", "b"}},
		"UTF-16":                {CSV, "\xff\xfe" + wide(binary.LittleEndian, "ä,b\r\n"+strings.Repeat("1,2\r\n", 50_000)), 50_000, []string{"ä", "b"}},
		"Windows-1252":          {CSV, "Gr\xf6\xdfe,\x80\r\n1,2\r\n", 1, []string{"Größe", "€"}},
		"quotation":             {CSV, "\"a\r\nb\",\"c\"\"d\"\r\n\"1\r\n2\",3\r\n", 1, []string{"a\r\nb", `c"d`}},
		"stray quotation":       {CSV, "a,b\n1,2\"\n3,4\n", 2, []string{"a", "b"}},
		"open quotation":        {CSV, "a,b\n1,\"2\n3,4\n", unknown, []string{"a", "b"}},
		"no rows":               {CSV, "a,b\r\n", 0, []string{"a", "b"}},
		"one column":            {CSV, "a", 0, []string{"a"}},
		"long header":           {CSV, strings.Repeat("column,", 20_000) + "\r\n1\r\n", 1, nil},
		"long":                  {CSV, followedBy("3,x"), 6000, []string{"order_id", "common_name"}},
		"array":                 {JSON, `[{"a":1,"b":[1,2,3]},{"a":2}]`, 2, []string{"a", "b"}},
		"array in an object":    {JSON, `{"page":{"total":1},"rows":[{"Order ID":"1"}]}`, 1, []string{"Order ID"}},
		"two arrays":            {JSON, `{"rows":[{"a":1}],"more":[]}`, unknown, nil},
		"object":                {JSON, `{"a":1}`, unknown, nil},
		"empty array":           {JSON, "[]", 0, nil},
		"array of arrays":       {JSON, `[["a"],["b"]]`, 2, nil},
		"many columns":          {JSON, "[{" + strings.Repeat(`"a":1,`, outlineNodes) + `"b":1}]`, 1, nil},
		"array beyond nodes":    {JSON, "{" + strings.Repeat(`"a":1,`, outlineNodes) + `"rows":[1]}`, unknown, nil},
		"elements of all kinds": {JSON, `[1,"a",null,true,{},[]]`, 6, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, body := range []string{tt.body, string(buildZIP(t, zipFile{name: "a", data: tt.body}))} {
				got, err := Deliver(t.Context(), strings.NewReader(body), wanted(tt.format), new(memoryFile))
				rows := int64(unknown)
				if got.RowCount != nil {
					rows = *got.RowCount
				}
				if err != nil || rows != tt.rows || !slices.Equal(got.Columns, tt.columns) {
					t.Errorf("%d rows with the columns %.60q, want %d with %q, error %v", rows, got.Columns, tt.rows, tt.columns, err)
				}
			}
			pieces, err := Deliver(t.Context(), iotest.OneByteReader(strings.NewReader(tt.body)), wanted(tt.format), new(memoryFile))
			if err != nil || (pieces.RowCount == nil) != (tt.rows == unknown) || tt.rows != unknown && *pieces.RowCount != tt.rows {
				t.Errorf("byte by byte: %+v, error %v, want %d rows", pieces, err, tt.rows)
			}
			got, err := Check(t.Context(), strings.NewReader(tt.body), int64(len(tt.body)), tt.format)
			if err != nil || (got.RowCount == nil) != (tt.rows == unknown) || !slices.Equal(got.Columns, tt.columns) {
				t.Errorf("from disk: %+v, error %v", got, err)
			}
		})
	}
}
