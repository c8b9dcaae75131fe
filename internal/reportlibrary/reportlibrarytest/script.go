package reportlibrarytest

import (
	"net/http"
	"strings"
	"sync"
)

// Match says whether a scripted response is for this request. A nil Match is for every request.
type Match func(r *http.Request) bool

// Downloads matches downloads of any run.
func Downloads(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/download") }

// DownloadsOf matches downloads of one run, in any format and of any part.
func DownloadsOf(run Run) Match {
	return func(r *http.Request) bool {
		return r.URL.Path == basePath+"/report/"+run.ReportIdentifier+"/"+run.RunIdentifier+"/download"
	}
}

// History matches requests for the report history.
func History(r *http.Request) bool { return r.URL.Path == historyPath }

// Details matches requests for the details of any report.
func Details(r *http.Request) bool {
	rest, ok := strings.CutPrefix(r.URL.Path, basePath+"/report/")
	return ok && rest != "history" && !strings.Contains(rest, "/")
}

type scripted struct {
	match     Match
	responses []Response
}

// script is a queue of responses that come before normal service.
type script struct {
	scriptMu sync.Mutex
	queue    []*scripted
}

// Script gives the next requests that match these responses, one each, in order; then normal service resumes. Where
// several scripts match, the oldest goes first.
func (s *script) Script(match Match, responses ...Response) {
	s.scriptMu.Lock()
	defer s.scriptMu.Unlock()
	s.queue = append(s.queue, &scripted{match: match, responses: append([]Response(nil), responses...)})
}

// ClearScript drops all responses not given yet.
func (s *script) ClearScript() {
	s.scriptMu.Lock()
	defer s.scriptMu.Unlock()
	s.queue = nil
}

// ScriptDone says whether every scripted response has been given; those that are given forever don't count.
func (s *script) ScriptDone() bool {
	s.scriptMu.Lock()
	defer s.scriptMu.Unlock()
	for _, entry := range s.queue {
		for _, response := range entry.responses {
			if !response.forever {
				return false
			}
		}
	}
	return true
}

func (s *script) next(r *http.Request) (Response, bool) {
	s.scriptMu.Lock()
	defer s.scriptMu.Unlock()
	for _, entry := range s.queue {
		if len(entry.responses) == 0 || entry.match != nil && !entry.match(r) {
			continue
		}
		response := entry.responses[0]
		if !response.forever {
			entry.responses = entry.responses[1:]
		}
		return response, true
	}
	return Response{}, false
}
