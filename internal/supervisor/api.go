//go:build linux || darwin

package supervisor

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// The paths of the API. A unit's name follows the last slash.
const (
	pathVersion  = "/v1/version"
	pathHandover = "/v1/handover"
	pathUnits    = "/v1/units"
	pathRestart  = "/v1/restart/"
	pathHangUp   = "/v1/hangup/"
)

// Info is what a supervisor says of itself.
type Info struct {
	Version string `json:"version"`
	PID     int    `json:"pid"`
}

// failure is the body of every answer that is not 2xx.
type failure struct {
	Error string `json:"error"`
}

// handler is the API over the unix socket.
func (s *supervisor) handler(metrics http.Handler, self Info) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.HandleFunc("GET "+pathVersion, func(w http.ResponseWriter, _ *http.Request) { answer(w, self, nil) })
	mux.HandleFunc("GET "+pathUnits, func(w http.ResponseWriter, r *http.Request) {
		answer(w, s.list(r.FormValue("prefix")), nil)
	})
	mux.HandleFunc("PUT "+pathUnits+"/{name...}", s.change(func(r *http.Request) (any, error) {
		var unit engine.Unit
		if err := json.NewDecoder(r.Body).Decode(&unit); err != nil {
			return nil, fmt.Errorf("cannot read unit %q: %w", r.PathValue("name"), err)
		}
		unit.Name = r.PathValue("name")
		return s.ensure(r.Context(), unit)
	}))
	mux.HandleFunc("POST "+pathRestart+"{name...}", s.change(func(r *http.Request) (any, error) {
		return s.restart(r.Context(), r.PathValue("name"))
	}))
	mux.HandleFunc("POST "+pathHangUp+"{name...}", s.change(func(r *http.Request) (any, error) {
		return struct{}{}, s.hangUp(r.Context(), r.PathValue("name"))
	}))
	mux.HandleFunc("DELETE "+pathUnits+"/{name...}", s.change(func(r *http.Request) (any, error) {
		return struct{}{}, s.remove(r.Context(), r.PathValue("name"))
	}))
	var once sync.Once
	mux.HandleFunc("POST "+pathHandover, func(w http.ResponseWriter, _ *http.Request) {
		s.leave(true, 0)
		answer(w, struct{}{}, nil)
		once.Do(func() { close(s.handover) })
	})
	return mux
}

// change wraps a handler that changes what runs.
func (s *supervisor) change(do func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := s.begin(); err != nil {
			answer(w, nil, err)
			return
		}
		defer s.end()
		result, err := do(r)
		answer(w, result, err)
	}
}

func answer(w http.ResponseWriter, result any, err error) {
	status := http.StatusOK
	switch {
	case errors.Is(err, errLeaving):
		status = http.StatusServiceUnavailable
	case err != nil:
		status = http.StatusUnprocessableEntity
	}
	if err != nil {
		result = failure{Error: err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The only possible error is that the caller is gone.
	_ = json.NewEncoder(w).Encode(result)
}
