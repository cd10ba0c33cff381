package grafana

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

// maxWords bounds what is read of an answer that is an error.
const maxWords = 4 << 10

// statusError is an answer that is not 2xx.
type statusError struct {
	status int
	// words are Grafana's.
	words string
}

// Error tells status and words.
func (e *statusError) Error() string { return fmt.Sprintf("Grafana answers %d: %s", e.status, e.words) }

// status is that of an answer that was an error, 0 for every other error.
func status(err error) int {
	var answer *statusError
	if errors.As(err, &answer) {
		return answer.status
	}
	return 0
}

// speaking turns every answer that is not 2xx into a statusError, whether or
// not the generated client knows the status and the form of the body.
type speaking struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (s speaking) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.next.RoundTrip(r)
	if err != nil || answer.StatusCode < http.StatusMultipleChoices {
		return answer, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxWords))
	if err != nil {
		return nil, err
	}
	var known struct {
		Message string `json:"message"`
	}
	words := string(bytes.TrimSpace(body))
	if json.Unmarshal(body, &known) == nil && known.Message != "" {
		words = known.Message
	}
	if target := answer.Header.Get("Location"); target != "" {
		words = "it redirects to " + target
	}
	if words == "" {
		words = http.StatusText(answer.StatusCode)
	}
	return nil, &statusError{status: answer.StatusCode, words: words}
}

// refusal is an *api.Error "cannot DO: WORDS": CodeRefused if Grafana does not
// want it, CodeUnavailable if it does not answer as it should.
func refusal(do string, err error) *api.Error {
	var answer *statusError
	if !errors.As(err, &answer) || answer.status >= http.StatusInternalServerError {
		cause := err
		if answer != nil {
			cause = answer
		}
		return &api.Error{Code: api.CodeUnavailable, Message: fmt.Sprintf("cannot %s: %v", do, cause), Cause: err}
	}
	return &api.Error{
		Code: api.CodeRefused, Message: fmt.Sprintf("cannot %s: Grafana refuses it", do), Detail: answer.words, Cause: err,
	}
}
