package grafanatest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// api calls a Grafana as somebody.
type api struct {
	t       testing.TB
	address string
	sign    func(*http.Request)
}

func asAdmin(password string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth("admin", password) }
}

func asToken(key string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }
}

func (a api) as(sign func(*http.Request)) api {
	a.sign = sign
	return a
}

// answer is one decoded answer.
type answer struct {
	status int
	text   string
	body   any
}

// field returns a value deep in the body, nil where there is none.
func (a answer) field(path ...string) any {
	value := a.body
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

func (a api) call(method, path, body string) answer {
	a.t.Helper()
	request, err := http.NewRequestWithContext(a.t.Context(), method, a.address+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if a.sign != nil {
		a.sign(request)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	got := answer{status: response.StatusCode, text: string(text)}
	_ = json.Unmarshal(text, &got.body) // not everything is JSON
	return got
}

// await asks until the answer has that status: data sources of files come a
// little after the first answer.
func (a api) await(status int, method, path string) answer {
	a.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if got := a.call(method, path, ""); got.status == status || time.Now().After(deadline) {
			return a.must(status, method, path, "")
		}
	}
}

// must calls and fails the test unless the status is the wanted one.
func (a api) must(status int, method, path, body string) answer {
	a.t.Helper()
	got := a.call(method, path, body)
	if got.status != status {
		a.t.Fatalf("%s %s: status %d, want %d: %s", method, path, got.status, status, got.text)
	}
	return got
}
