package client_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestFromEndpoint(t *testing.T) {
	for endpoint, want := range map[string]string{
		"https://opp.example.com":        "",
		"https://opp.example.com:8443/x": "",
		"http://127.0.0.1:8080":          "",
		"http://[::1]:8080/":             "",
		"http://localhost":               "",
		"unix:///run/opp/control.sock":   "",
		"http://opp.example.com":         "use https",
		"http://10.0.0.1:80":             "use https",
		"http://localhost.example.com":   "use https",
		"http://127.0.0.1.example.com":   "use https",
		"unix://run/opp.sock":            "absolute path",
		"unix:opp.sock":                  "absolute path",
		"https://":                       "no host",
		"https://a/?x=y":                 "query",
		"https://a/#f":                   "fragment",
		"https://user:hunter2@a":         "credentials",
		"https://user:hunter2@a b":       "no URL",
		"opp.example.com":                "none of",
		"ftp://a":                        "none of",
		"":                               "none of",
	} {
		c, err := client.FromEndpoint(endpoint, "token")
		switch {
		case want == "" && (err != nil || c == nil):
			t.Errorf("%q: %v", endpoint, err)
		case want == "":
		case !errors.Is(err, &api.Error{Code: api.CodeInvalid}) || !strings.Contains(err.Error(), want):
			t.Errorf("%q: error is %v, want one that says %q", endpoint, err, want)
		case strings.Contains(err.Error(), "hunter2"):
			t.Errorf("%q: the error shows the password: %v", endpoint, err)
		}
	}
}

func TestUnreachableNamesTheEndpoint(t *testing.T) {
	closed := listen(t, "tcp", "127.0.0.1:0")
	_ = closed.Close()
	for endpoint, cause := range map[string]error{
		"http://" + closed.Addr().String(): syscall.ECONNREFUSED,
		"unix://" + socketPath(t):          syscall.ENOENT,
	} {
		c := fromEndpoint(t, endpoint, "")
		_, readErr := c.Observe(t.Context(), "production")
		_, writeErr := c.Delete(t.Context(), spec.KindStack, "production", "production", false)
		for _, err := range []error{readErr, writeErr} {
			var failure *api.Error
			if !errors.As(err, &failure) || failure.Code != api.CodeUnavailable || !errors.Is(err, cause) {
				t.Fatalf("error is %#v, want unavailable because of %v", err, cause)
			}
			if !strings.Contains(failure.Message, endpoint) || !strings.Contains(failure.Detail, "OPP_ENDPOINT") {
				t.Errorf("%q, %q: does not name the endpoint and where to change it", failure.Message, failure.Detail)
			}
		}
	}
}

// answering is a client of a server that always gives the same answer.
func answering(t *testing.T, status int, header, value, body string) (*client.Client, *atomic.Int32) {
	t.Helper()
	var requests atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set(header, value)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return fromEndpoint(t, s.URL, ""), &requests
}

func TestAnswersOfOtherServers(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		body   string
		want   api.Code
	}{
		"bad gateway":            {http.StatusBadGateway, "<h1>bad gateway</h1>", api.CodeInternal},
		"unauthorized":           {http.StatusUnauthorized, "who are you?", api.CodeUnauthorized},
		"not found is no answer": {http.StatusNotFound, "404 page not found", api.CodeUnavailable},
		"JSON of another kind":   {http.StatusNotFound, `{"error":"not found"}`, api.CodeUnavailable},
		"success in HTML":        {http.StatusOK, "<h1>welcome</h1>", api.CodeInternal},
		"success without a body": {http.StatusOK, "", api.CodeInternal},
		"redirect":               {http.StatusMovedPermanently, "moved", api.CodeInternal},
	} {
		t.Run(name, func(t *testing.T) {
			c, requests := answering(t, tc.status, "Location", "/elsewhere", tc.body)
			_, err := client.Put(t.Context(), c, spec.KindStack, "production", "production", api.PutCreate, spec.Stack{Name: "production"})
			var failure *api.Error
			if !errors.As(err, &failure) || failure.Code != tc.want || failure.Detail == "" {
				t.Errorf("error is %#v, want %s with advice", err, tc.want)
			}
			if err != nil && !strings.Contains(err.Error(), "http://127.0.0.1") {
				t.Errorf("the error does not name the endpoint: %v", err)
			}
			if n := requests.Load(); n != 1 {
				t.Errorf("sent %d requests", n)
			}
		})
	}
}

func TestLongForeignAnswersAreCut(t *testing.T) {
	c, _ := answering(t, http.StatusBadGateway, "X", "x", strings.Repeat("ü\n", 10_000))
	if _, err := c.Stacks(t.Context()); err == nil || len(err.Error()) > 1000 || strings.Contains(err.Error(), "\n") {
		t.Errorf("error is not one short line: %v", err)
	}
}

// flaky breaks the first connections after the request was read.
func flaky(breaks int32) (http.Handler, *atomic.Int32) {
	var requests atomic.Int32
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) <= breaks {
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write([]byte(`{"stacks":["a"]}`))
	}), &requests
}

func TestBrokenConnections(t *testing.T) {
	for name, connect := range map[string]func(*testing.T, http.Handler) *client.Client{
		"in-process": func(_ *testing.T, handler http.Handler) *client.Client {
			return client.New(client.InProcess(handler), "http://in-process", "")
		},
		"http": func(t *testing.T, handler http.Handler) *client.Client {
			s := httptest.NewServer(handler)
			t.Cleanup(s.Close)
			return fromEndpoint(t, s.URL, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			handler, _ := flaky(2)
			if stacks, err := connect(t, handler).Stacks(t.Context()); err != nil || len(stacks) != 1 {
				t.Errorf("a read was not tried again: %v, %v", stacks, err)
			}
			handler, requests := flaky(1)
			_, err := connect(t, handler).Delete(t.Context(), spec.KindAlertRule, "production", "down", false)
			var failure *api.Error
			if !errors.As(err, &failure) || failure.Code != api.CodeUnavailable || !strings.Contains(failure.Detail, "may have taken effect") {
				t.Errorf("error is %#v", err)
			}
			if n := requests.Load(); n != 1 {
				t.Errorf("the write was sent %d times", n)
			}
		})
	}
}

func TestUntrustedCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it reports the refusal that is wanted here
	s.StartTLS()
	t.Cleanup(s.Close)
	_, err := fromEndpoint(t, s.URL, "").Delete(t.Context(), spec.KindStack, "production", "production", false)
	var failure *api.Error
	if !errors.As(err, &failure) || failure.Code != api.CodeUnavailable || !strings.Contains(failure.Detail, "SSL_CERT_FILE") {
		t.Errorf("error is %#v", err)
	}
}

func TestInProcessPanicIsAnError(t *testing.T) {
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("out of cheese") })
	_, err := client.New(client.InProcess(handler), "http://in-process", "").Stacks(t.Context())
	if err == nil || !strings.Contains(err.Error(), "out of cheese") {
		t.Errorf("error is %v", err)
	}
}

// TestInProcessOutlivesDeafHandlers proves both halves of what happens when a
// context ends: the handler has time to answer, and it has not for ever.
func TestInProcessOutlivesDeafHandlers(t *testing.T) {
	for name, tc := range map[string]struct {
		works time.Duration
		want  string
	}{
		"undoes its work": {3 * time.Second, "rolled back"},
		"never returns":   {time.Hour, context.DeadlineExceeded.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					time.Sleep(tc.works) // the bubble's clock: this takes no time
					w.WriteHeader(http.StatusServiceUnavailable)
					_, _ = w.Write([]byte(`{"code":"unavailable","message":"rolled back"}`))
				})
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				_, err := client.New(client.InProcess(handler), "http://in-process", "").Delete(ctx, spec.KindStack, "s", "s", false)
				if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), tc.want) {
					t.Errorf("error is %v, want a deadline exceeded that says %q", err, tc.want)
				}
				if waited := time.Since(start); waited > time.Minute {
					t.Errorf("waited %v", waited)
				}
				time.Sleep(tc.works) // lets the handler end, as the bubble demands
			})
		})
	}
}
