package api

import (
	"net/http"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Code classifies an error; callers branch on it, never on text.
type Code string

// The codes.
const (
	CodeInvalid      Code = "invalid"      // the object breaks a rule; Fields say which
	CodeUnauthorized Code = "unauthorized" // no token, or the wrong one
	CodeNotFound     Code = "not_found"    // no such stack or object
	CodeConflict     Code = "conflict"     // exists with other content
	CodeChanged      Code = "changed"      // somebody changed it since the writer saw it
	CodeInUse        Code = "in_use"       // others depend on it; Detail lists them
	CodeRefused      Code = "refused"      // a component refused the configuration; Detail has its words
	CodeUnavailable  Code = "unavailable"  // a component, engine or store does not answer
	CodeInternal     Code = "internal"     // everything else
)

// statuses is the one table between codes and HTTP statuses.
var statuses = []struct {
	code   Code
	status int
}{
	{CodeInvalid, http.StatusUnprocessableEntity},
	{CodeUnauthorized, http.StatusUnauthorized},
	{CodeNotFound, http.StatusNotFound},
	{CodeConflict, http.StatusConflict},
	{CodeChanged, http.StatusPreconditionFailed},
	{CodeInUse, http.StatusLocked},
	{CodeRefused, http.StatusBadRequest},
	{CodeUnavailable, http.StatusServiceUnavailable},
	{CodeInternal, http.StatusInternalServerError},
}

// Error is the body of every answer that is not 2xx, and the error type of the
// whole control plane.
type Error struct {
	Code Code `json:"code"`
	// Message is one sentence, "cannot <verb> <thing> "<name>": <cause>".
	Message string `json:"message"`
	// Detail says what to do next; may be empty.
	Detail string `json:"detail,omitempty"`
	// Fields are set with CodeInvalid.
	Fields spec.FieldErrors `json:"fields,omitempty"`
	// Cause is what the side that made the error knows of its origin, for
	// errors.Is (context.Canceled, for one). It does not travel.
	Cause error `json:"-"`
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause, nil if the error came over the wire.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, &Error{Code: c}) compare codes only.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Message == ""
}

// HTTPStatus of the error's code; 500 for an unknown one.
func (e *Error) HTTPStatus() int {
	for _, s := range statuses {
		if s.code == e.Code {
			return s.status
		}
	}
	return http.StatusInternalServerError
}

// CodeOf is the code that an HTTP status stands for; CodeInternal for an unknown one.
func CodeOf(status int) Code {
	for _, s := range statuses {
		if s.status == status {
			return s.code
		}
	}
	return CodeInternal
}
