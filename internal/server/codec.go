package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// minSecret is the shortest secret that is cut out of texts, in bytes; shorter
// ones would take ordinary words with them.
const minSecret = 4

// request is a request on its way through a route.
type request struct {
	*http.Request
	plane Plane
	// secrets are the values that came with the body.
	secrets []string
}

// object decodes the body, strictly, as the object that the URL names.
func (r *request) object(id identity) (spec.Object, error) {
	object := spec.New(id.kind)
	if err := r.decode(id, object); err != nil {
		return nil, err
	}
	for _, secret := range object.Secrets() {
		if len(secret.Value) >= minSecret {
			r.secrets = append(r.secrets, secret.Value)
		}
	}
	if object.StackName() != id.stack || object.ObjectName() != id.name {
		return nil, invalid("cannot put %s of stack %q: the body is %q of stack %q", id, id.stack, object.ObjectName(), object.StackName())
	}
	return object, nil
}

// decode reads one JSON value with no field unknown and nothing after it.
func (r *request) decode(id identity, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = errors.New("there is more than one JSON value")
		}
	}
	var wrongType *json.UnmarshalTypeError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return invalid("cannot put %s: the request is larger than %d MB", id, api.MaxBody>>20)
	case errors.As(err, &wrongType):
		failure := invalid("cannot put %s: %s is not of the right type", id, wrongType.Field)
		failure.Fields.Add(wrongType.Field, "", "must not be a JSON %s", wrongType.Value)
		return failure
	}
	return invalid("cannot put %s: the body is not such an object: %v", id, err)
}

// redact cuts the request's secrets out of an error, whoever put them there.
func (r *request) redact(failure *api.Error) *api.Error {
	for _, secret := range r.secrets {
		cut := func(text *string) { *text = strings.ReplaceAll(*text, secret, "(secret)") }
		cut(&failure.Message)
		cut(&failure.Detail)
		for i := range failure.Fields {
			cut(&failure.Fields[i].Message)
			cut(&failure.Fields[i].Hint)
		}
	}
	return failure
}

// invalid makes an error about the request itself.
func invalid(format string, args ...any) *api.Error {
	return &api.Error{Code: api.CodeInvalid, Message: fmt.Sprintf(format, args...)}
}

// asError gives any error its code. It returns a copy, with the whole text of
// an error that wraps an *api.Error.
func asError(err error) *api.Error {
	var known *api.Error
	if errors.As(err, &known) {
		failure := *known
		failure.Message = err.Error()
		failure.Fields = append(spec.FieldErrors(nil), known.Fields...)
		return &failure
	}
	code := api.CodeInternal
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		code = api.CodeUnavailable
	}
	return &api.Error{Code: code, Message: err.Error()}
}

// encode writes the answer and returns its status and size.
func encode(w http.ResponseWriter, value any, failure *api.Error) (status, size int) {
	status = http.StatusOK
	switch {
	case failure != nil:
		status, value = failure.HTTPStatus(), failure
	case value == nil:
		w.WriteHeader(http.StatusNoContent)
		return http.StatusNoContent, 0
	}
	body, err := json.Marshal(value)
	if err != nil {
		failure = asError(fmt.Errorf("cannot encode the answer: %w", err))
		status = failure.HTTPStatus()
		body, _ = json.Marshal(failure) // strings only: this one encodes
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Cache-Control", "no-store")
	if status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that is gone needs no answer
	return status, len(body)
}
