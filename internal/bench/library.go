package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/cli"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// serveArgument makes this program the fake Report Library, in a process whose memory and time are nobody else's.
const serveArgument = "serve-report-library"

// order is what the benchmark asks of the fake: runs to add, or what was requested since the last order.
type order struct {
	Runs    int   `json:"runs,omitempty"`
	Size    int64 `json:"size,omitempty"` // of each in bytes
	Wrapped bool  `json:"wrapped,omitempty"`
}

// run is one report of the fake as a configuration names it.
type run struct {
	Report string `json:"report"`
	Run    string `json:"run"`
}

// reply is the fake's answer to an order; the first one comes without an order.
type reply struct {
	URL  string `json:"url,omitempty"`
	Key  string `json:"key,omitempty"` // of the API
	Runs []run  `json:"runs,omitempty"`
	// Requests and Connections count what came since the last order.
	Requests    int `json:"requests"`
	Connections int `json:"connections"`
}

// serveLibrary is the fake's process: it takes orders until there are no more, as when its parent is gone.
func serveLibrary(orders io.Reader, replies io.Writer) error {
	server := reportlibrarytest.NewServer()
	defer server.Close()
	encoder := json.NewEncoder(replies)
	if err := encoder.Encode(reply{URL: server.URL(), Key: server.APIKey}); err != nil {
		return err
	}
	connections, added := 0, 0
	for decoder := json.NewDecoder(orders); ; {
		var o order
		if err := decoder.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		r := reply{Requests: len(server.Requests()), Connections: server.Connections() - connections}
		server.ResetRequests()
		connections += r.Connections
		for range o.Runs {
			added++
			r.Runs = append(r.Runs, addRun(server, added, o))
		}
		if err := encoder.Encode(r); err != nil {
			return err
		}
	}
}

func addRun(server *reportlibrarytest.Server, number int, o order) run {
	delivery := reportlibrarytest.Delivery{Wrap: reportlibrarytest.WrapNever}
	if o.Wrapped {
		delivery.Wrap = reportlibrarytest.WrapAlways
	}
	added := server.AddRun(reportlibrarytest.Run{
		DisplayName: fmt.Sprintf("Orders %d", number), Format: "CSV",
		Content: reportlibrarytest.SizedCSV(o.Size), Delivery: &delivery,
	})
	return run{Report: added.ReportIdentifier, Run: added.RunIdentifier}
}

// library is the fake in its own process.
type library struct {
	url, apiKey string
	process     *exec.Cmd
	orders      io.WriteCloser
	encoder     *json.Encoder
	decoder     *json.Decoder
}

// startLibrary starts the fake; its archives are in the folder temporary.
func startLibrary(ctx context.Context, temporary string) (*library, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	process := exec.CommandContext(ctx, self, serveArgument) //nolint:gosec // this program itself
	cli.Detach(process)
	process.Env = append(os.Environ(), "TMPDIR="+temporary, "TMP="+temporary)
	process.Stderr = os.Stderr
	orders, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	replies, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, err
	}
	l := &library{process: process, orders: orders, encoder: json.NewEncoder(orders), decoder: json.NewDecoder(replies)}
	var hello reply
	if err := l.decoder.Decode(&hello); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the fake Report Library: %w", err), l.stop())
	}
	l.url, l.apiKey = hello.URL, hello.Key
	return l, nil
}

func (l *library) ask(o order) (reply, error) {
	var r reply
	if err := l.encoder.Encode(o); err != nil {
		return r, err
	}
	return r, l.decoder.Decode(&r)
}

// add makes the fake serve n reports of a size in bytes. Wrapped ones are fetched once: the fake makes an archive at
// the first request for it.
func (l *library) add(ctx context.Context, n int, size int64, wrapped bool) ([]run, error) {
	r, err := l.ask(order{Runs: n, Size: size, Wrapped: wrapped})
	if err != nil || !wrapped {
		return r.Runs, err
	}
	for _, run := range r.Runs {
		if err := l.fetch(ctx, run); err != nil {
			return nil, err
		}
	}
	return r.Runs, nil
}

// download is the address of a report.
func (l *library) download(r run) string {
	return l.url + "/report/" + r.Report + "/" + r.Run + "/download?report_format=CSV"
}

func (l *library) fetch(ctx context.Context, r run) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, l.download(r), nil)
	if err != nil {
		return err
	}
	request.Header.Set("X-DC-DEVKEY", l.apiKey)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the fake Report Library answers %s", response.Status)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// count returns the requests and connections since it was last called, or a run was added.
func (l *library) count() (requests, connections int, err error) {
	r, err := l.ask(order{})
	return r.Requests, r.Connections, err
}

// stop ends the fake. A nil library has nothing to end.
func (l *library) stop() error {
	if l == nil {
		return nil
	}
	_ = l.orders.Close()
	err := l.process.Wait()
	if _, killed := errors.AsType[*exec.ExitError](err); killed || errors.Is(err, context.Canceled) {
		return nil // by the end of the benchmark's own context
	}
	return err
}
