package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

// Options of a server.
type Options struct {
	// Token that requests must carry ("Authorization: Bearer TOKEN"). Empty
	// lets everyone in who can reach the handler.
	Token string
	// Logger gets one line per request at debug level and every internal error
	// in full; nil discards them. Secrets, bodies and queries are never logged.
	Logger *slog.Logger
}

// server answers requests with a plane's use cases.
type server struct {
	plane  Plane
	logger *slog.Logger
	// token is hashed so that comparing takes the same time whatever its length.
	token     [sha256.Size]byte
	needToken bool
}

// New puts a plane behind HTTP.
func New(plane Plane, options Options) http.Handler {
	s := &server{
		plane:     plane,
		logger:    options.Logger,
		token:     sha256.Sum256([]byte(options.Token)),
		needToken: options.Token != "",
	}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	mux := http.NewServeMux()
	for _, rt := range routes {
		mux.Handle(rt.pattern, s.serve(rt))
	}
	return mux
}

// serve turns a route into a handler: access, use case, encoding, log line.
func (s *server) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		r.Body = http.MaxBytesReader(w, r.Body, api.MaxBody)
		req := &request{Request: r, plane: s.plane}
		value, err := s.answer(rt, req)
		status, size := encode(w, value, err)
		if err != nil && err.Code == api.CodeInternal {
			s.logger.ErrorContext(r.Context(), "cannot answer request", "method", r.Method, "path", r.URL.Path, "error", err.Message)
		}
		s.logger.DebugContext(r.Context(), "answered request", "method", r.Method, "path", r.URL.Path,
			"status", status, "bytes", size, "duration", time.Since(start))
	})
}

// answer runs a route's use case. Its errors hold no secret of the request.
func (s *server) answer(rt route, req *request) (value any, failure *api.Error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p)
		}
		value, failure = nil, req.redact(&api.Error{
			Code:    api.CodeInternal,
			Message: fmt.Sprintf("cannot answer %s %q: internal error: %v", req.Method, req.URL.Path, p),
			Detail:  "This is a defect of the control plane; its log has the details.",
		})
		s.logger.ErrorContext(req.Context(), "panic", "error", failure.Message, "stack", string(debug.Stack()))
	}()
	if err := s.authorize(rt.access, req.Request); err != nil {
		return nil, err
	}
	value, err := rt.handle(req)
	if err != nil {
		return nil, req.redact(asError(err))
	}
	return value, nil
}

// authorize checks the request's token as the route's access rule says.
func (s *server) authorize(rule access, r *http.Request) *api.Error {
	if rule == everyone || !s.needToken {
		return nil
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return &api.Error{
			Code:    api.CodeUnauthorized,
			Message: "cannot use the control plane: the request has no token",
			Detail:  "Set the token of the control plane: attribute token of the provider, or OPP_TOKEN.",
		}
	}
	sum := sha256.Sum256([]byte(token))
	if subtle.ConstantTimeCompare(sum[:], s.token[:]) != 1 {
		return &api.Error{
			Code:    api.CodeUnauthorized,
			Message: "cannot use the control plane: the token is wrong",
			Detail:  "Compare attribute token of the provider, or OPP_TOKEN, with the token the server was started with.",
		}
	}
	return nil
}
