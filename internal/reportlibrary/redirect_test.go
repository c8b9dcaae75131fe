package reportlibrary

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func TestRedirectToForeignOriginIsBare(t *testing.T) {
	store := reportlibrarytest.NewStorage(reportlibrarytest.StorageOptions{Strict: true})
	defer store.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		srv, run := newFake(t, func(o *reportlibrarytest.Options) {
			withCredentials := func(location string) string {
				return strings.Replace(location, "http://", "http://user:password@", 1)
			}
			o.Delivery.Redirect = &reportlibrarytest.Redirect{To: store, Status: status, Hops: 2, Rewrite: withCredentials}
		})
		c, log := newTestClient(t, srv.URL())
		store.ResetRequests()
		wantDownload(t, c, run)
		requests := store.Requests()
		if len(requests) != 2 {
			t.Fatalf("got %d requests at the store, want 2", len(requests))
		}
		for _, request := range requests {
			wantHeader(t, request.Header, http.Header{
				"Accept": {"*/*"}, "Accept-Encoding": {"gzip"}, "User-Agent": {"test/1.0"},
			})
		}
		if text := log.String(); strings.Contains(text, "Signature") {
			t.Errorf("the signed link is logged:\n%s", text)
		}
	}
}

func TestRedirectThereAndBack(t *testing.T) {
	var foreign, home *httptest.Server
	var path []string
	home = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path = append(path, "home")
		wantHeader(t, r.Header, http.Header{
			"X-Dc-Devkey": {reportlibrarytest.DefaultAPIKey}, "Content-Type": {"application/json"},
			"Accept": {"*/*"}, "Accept-Encoding": {"gzip"}, "User-Agent": {"test/1.0"},
		})
		w.Header().Set("Set-Cookie", "session=1")
		switch r.URL.Path {
		case "/back":
			_, _ = io.WriteString(w, testCSV)
		case "/capitals":
			http.Redirect(w, r, foreign.URL, http.StatusFound)
		default:
			http.Redirect(w, r, "HTTP://"+strings.ToUpper(r.Host)+"/capitals", http.StatusFound)
		}
	}))
	defer home.Close()
	// localhost has letters to write in capitals.
	homeURL := strings.Replace(home.URL, "127.0.0.1", "localhost", 1)
	foreign = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path = append(path, "foreign")
		wantHeader(t, r.Header, http.Header{"Accept": {"*/*"}, "Accept-Encoding": {"gzip"}, "User-Agent": {"test/1.0"}})
		w.Header().Set("Set-Cookie", "session=2")
		http.Redirect(w, r, homeURL+"/back", http.StatusFound)
	}))
	defer foreign.Close()
	c, _ := newTestClient(t, homeURL)
	if got, err := download(t, c, anyRequest); err != nil || got != testCSV {
		t.Errorf("download is %q, %v", got, err)
	}
	if got := strings.Join(path, " "); got != "home home foreign home" {
		t.Errorf("the way was %s", got)
	}
}

func TestRedirectHops(t *testing.T) {
	srv, run := newFake(t)
	for hops, ok := range map[int]bool{5: true, 6: false} {
		srv.Configure(func(o *reportlibrarytest.Options) {
			o.Delivery.Redirect = &reportlibrarytest.Redirect{Hops: hops, Relative: true}
		})
		srv.ResetRequests()
		c, _ := newTestClient(t, srv.URL())
		if ok {
			wantDownload(t, c, run)
			continue
		}
		_, err := download(t, c, requestFor(run))
		wantKind(t, err, KindRedirect)
		if got := len(srv.Requests()); got != 6 {
			t.Errorf("got %d requests, want the first and 5 hops", got)
		}
	}
}

func TestRedirectsThatAreRefused(t *testing.T) {
	plain, _ := newFake(t)
	secure := reportlibrarytest.NewTLSServer()
	defer secure.Close()
	for _, location := range []string{
		plain.Origin() + "/storage/x", "ftp://files.test/x", "file:///etc/passwd", "http:///x", "https:///x",
		"http://[::1", "https://host:port/x", "%zz", "javascript:alert(1)",
		"https://" + reportlibrarytest.DefaultAPIKey + ".test:x/", plain.Origin() + "?" + reportlibrarytest.DefaultAPIKey,
	} {
		secure.ResetRequests()
		secure.Script(nil, reportlibrarytest.RedirectTo(http.StatusFound, location))
		c, log := newTestClient(t, secure.URL(), trusting(secure.CACertPEM()))
		_, err := download(t, c, anyRequest)
		as[*Error](t, err)
		wantKind(t, err, KindRedirect)
		if got := len(secure.Requests()); got != 1 || len(plain.Requests()) != 0 {
			t.Errorf("%s: %d requests and %d to the plain one", location, got, len(plain.Requests()))
		}
		if strings.Contains(err.Error()+log.String(), reportlibrarytest.DefaultAPIKey) {
			t.Errorf("the key is in %v or\n%s", err, log)
		}
	}
}
