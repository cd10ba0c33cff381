package probe_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
)

// serve answers every request and returns the address.
func serve(t *testing.T, status int, body string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func TestGetJSON(t *testing.T) {
	var target struct{ Data string }
	err := probe.New().GetJSON(t.Context(), serve(t, 200, `{"data":"x"}`), "/p", url.Values{"a": {"b"}}, &target)
	if err != nil || target.Data != "x" {
		t.Errorf("%v, %v", target, err)
	}
	err = probe.New().GetJSON(t.Context(), serve(t, 200, `<html>`), "/p", nil, &target)
	if err == nil || !strings.Contains(err.Error(), "GET /p does not answer as expected") {
		t.Errorf("error %v", err)
	}
	var status *probe.StatusError
	err = probe.New().GetJSON(t.Context(), serve(t, 404, "no such thing\n"), "/p", nil, &target)
	if !errors.As(err, &status) || status.Status != 404 || status.Words != "no such thing" {
		t.Errorf("error %#v", err)
	}
}

func TestOnlyUnavailableIsStarting(t *testing.T) {
	for status, starting := range map[int]bool{503: true, 500: false, 404: false} {
		_, err := probe.New().Get(t.Context(), serve(t, status, "not yet"), "/-/ready", nil)
		if errors.Is(err, component.ErrStarting) != starting {
			t.Errorf("answer %d counts as starting: %v", status, !starting)
		}
	}
}

func TestPostForm(t *testing.T) {
	got := make(chan string, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r.Method + " " + r.URL.String() + " " + r.FormValue("a") + " " + r.Header.Get("X-Who")
		_, _ = w.Write([]byte(`{"data":"x"}`))
	}))
	t.Cleanup(s.Close)
	var target struct{ Data string }
	err := probe.New().WithHeader("X-Who", "me").PostForm(t.Context(), strings.TrimPrefix(s.URL, "http://"), "/p", url.Values{"a": {"b c"}}, &target)
	if err != nil || target.Data != "x" {
		t.Errorf("%v, %v", target, err)
	}
	if request := <-got; request != "POST /p b c me" {
		t.Errorf("request %q", request)
	}
	err = probe.New().PostForm(t.Context(), serve(t, 200, `<html>`), "/p", nil, &target)
	if err == nil || !strings.Contains(err.Error(), "POST /p does not answer as expected") {
		t.Errorf("error %v", err)
	}
}

func TestWithTimeout(t *testing.T) {
	hangs := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hangs }))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(hangs) })
	_, err := probe.New().WithTimeout(20*time.Millisecond).Get(t.Context(), strings.TrimPrefix(s.URL, "http://"), "/p", nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

func TestReloadTellsRefusalFromAbsence(t *testing.T) {
	for status, code := range map[int]api.Code{500: api.CodeRefused, 403: api.CodeUnavailable, 503: api.CodeUnavailable} {
		err := probe.New().Reload(t.Context(), "prometheus", serve(t, status, "its words"))
		var failure *api.Error
		if !errors.As(err, &failure) || failure.Code != code || !strings.Contains(failure.Message+failure.Detail, "its words") {
			t.Errorf("%d: error %#v", status, err)
		}
	}
	if err := probe.New().Reload(t.Context(), "prometheus", serve(t, 200, "")); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := probe.New().Reload(ctx, "prometheus", serve(t, 200, "")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %#v", err)
	}
}

// A component that is long about its files is not one that hangs.
func TestReloadMayTakeLonger(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(50 * time.Millisecond) }))
	t.Cleanup(s.Close)
	address := strings.TrimPrefix(s.URL, "http://")
	c := probe.New().WithTimeout(time.Millisecond)
	if _, err := c.Get(t.Context(), address, "/p", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if err := c.Reload(t.Context(), "prometheus", address); err != nil {
		t.Error(err)
	}
}

func TestReachable(t *testing.T) {
	for listen, dial := range map[string]string{
		"127.0.0.1:90": "127.0.0.1:90", "0.0.0.0:90": "127.0.0.1:90", ":90": "127.0.0.1:90",
		"[::]:90": "[::1]:90", "[fe80::1]:90": "[fe80::1]:90", "host:90": "host:90", "nonsense": "nonsense",
	} {
		if got := probe.Reachable(listen); got != dial {
			t.Errorf("%s is reached at %s, want %s", listen, got, dial)
		}
	}
}

func TestMetrics(t *testing.T) {
	text := "# TYPE up gauge\nup 1\n# TYPE build_info gauge\nbuild_info{version=\"1.2.3\",x=\"y\"} 1\n"
	metrics, err := probe.New().Metrics(t.Context(), serve(t, 200, text), nil)
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := metrics.Gauge("up"); v != 1 || !ok {
		t.Errorf("up is %v, %t", v, ok)
	}
	if _, ok := metrics.Gauge("down"); ok {
		t.Error("an absent gauge was found")
	}
	if v := metrics.Label("build_info", "version"); v != "1.2.3" {
		t.Errorf("version %q", v)
	}
	if v := metrics.Label("build_info", "none"); v != "" {
		t.Errorf("label %q", v)
	}
	if _, err := probe.New().Metrics(t.Context(), serve(t, 200, "up{"), nil); err == nil {
		t.Error("nonsense was accepted")
	}
}

func TestAwait(t *testing.T) {
	failure := errors.New("not yet")
	calls := 0
	err := probe.Await(t.Context(), time.Millisecond, time.Minute, func(context.Context) error {
		if calls++; calls < 3 {
			return failure
		}
		return nil
	})
	if err != nil || calls != 3 {
		t.Errorf("%v after %d calls", err, calls)
	}
	never := func(context.Context) error { return failure }
	if err := probe.Await(t.Context(), time.Millisecond, 5*time.Millisecond, never); !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := probe.Await(ctx, time.Minute, time.Hour, never); !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}
}

// What answers slowly is asked as often as what answers at once, and what does
// not answer a few times.
func TestAwaitOnABusyMachine(t *testing.T) {
	failure := errors.New("not yet")
	for name, tt := range map[string]struct {
		takes time.Duration
		err   error
		want  int
	}{
		"idle": {0, failure, 21}, "busy": {3 * time.Second, failure, 21}, "hung": {10 * time.Second, context.DeadlineExceeded, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			err := probe.Await(t.Context(), 100*time.Millisecond, 2*time.Second, func(context.Context) error {
				calls++
				time.Sleep(tt.takes) // the bubble's clock: this takes no time
				return tt.err
			})
			if !errors.Is(err, tt.err) || calls != tt.want {
				t.Errorf("%s: %v after %d calls, want %d", name, err, calls, tt.want)
			}
		})
	}
}
