package clienttest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server/servertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func testErrors(t *testing.T, f *fixture) {
	for _, code := range []api.Code{
		api.CodeInvalid, api.CodeUnauthorized, api.CodeNotFound, api.CodeConflict, api.CodeChanged, api.CodeInUse, api.CodeRefused, api.CodeInternal,
	} {
		want := &api.Error{
			Code: code, Message: `cannot put alert rule "down": words of ` + string(code), Detail: "do this\nand that",
			Fields: spec.FieldErrors{{Path: "metric_relabel[0].regex", Message: "does not parse", Hint: "close the (group)"}, {Message: "all of it"}},
		}
		f.fails(want)
		f.everyCall(t.Context(), func(name string, err error) {
			var got *api.Error
			if !errors.As(err, &got) {
				t.Errorf("%s, %s: error is a %T: %v", name, code, err, err)
			} else if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(api.Error{}, "Cause")); diff != "" {
				t.Errorf("%s, %s (-sent +got):\n%s", name, code, diff)
			}
		})
	}
	f.fails(fmt.Errorf("in the batch: %w", &api.Error{Code: api.CodeRefused, Message: "no", Detail: "words"}))
	f.everyCall(t.Context(), func(name string, err error) {
		if want := "in the batch: no"; !errors.Is(err, &api.Error{Code: api.CodeRefused}) || err.Error() != want {
			t.Errorf("%s: wrapped error arrives as %v, want %q", name, err, want)
		}
	})
	f.fails(errors.New("disk on fire"))
	f.everyCall(t.Context(), func(name string, err error) {
		if !errors.Is(err, &api.Error{Code: api.CodeInternal}) || !strings.Contains(err.Error(), "disk on fire") {
			t.Errorf("%s: plain error arrives as %v", name, err)
		}
	})
	if !strings.Contains(f.log.String(), "disk on fire") {
		t.Error("the internal error was not logged")
	}
}

// testCancel ends the context while the plane works on the call.
func testCancel(t *testing.T, f *fixture) {
	arrived := make(chan struct{})
	ended := make(chan error, 1)
	f.plane.Intercept = func(ctx context.Context, _ servertest.Call) error {
		close(arrived)
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-arrived
		cancel()
	}()
	_, err := client.Put(ctx, f.Client, spec.KindAlertRule, "production", "down", api.PutCreate, rule("down"))
	wantEnded(t, "Put", err, context.Canceled)
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the plane's context ended with %v", err)
	}

	f.plane.Intercept = nil
	before := len(f.plane.Calls())
	f.everyCall(ctx, func(name string, err error) { wantEnded(t, name, err, context.Canceled) })
	if calls := f.plane.Calls()[before:]; len(calls) > 0 {
		t.Errorf("cancelled calls reached the plane: %+v", calls)
	}
}

func testDeadline(t *testing.T, f *fixture) {
	f.plane.Intercept = func(ctx context.Context, _ servertest.Call) error {
		<-ctx.Done()
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	f.everyCall(ctx, func(name string, err error) { wantEnded(t, name, err, context.DeadlineExceeded) })
}

func wantEnded(t *testing.T, name string, err, want error) {
	t.Helper()
	var failure *api.Error
	if !errors.Is(err, want) || !errors.As(err, &failure) || failure.Code != api.CodeUnavailable {
		t.Errorf("%s: error is %#v, want an unavailable *api.Error because of %v", name, err, want)
	}
}

// testSecrets lets every kind of failure repeat the secret that came with the request.
func testSecrets(t *testing.T, f *fixture) {
	const secret = "hunter2-hunter2"
	channel := spec.Channel{Stack: "production", Name: "oncall", Slack: &spec.Slack{APIURL: &spec.Secret{Value: secret, Version: 1}}}
	send := func() (api.PutResult[spec.Channel], error) {
		return client.Put(t.Context(), f.Client, spec.KindChannel, "production", "oncall", api.PutCreate, channel)
	}
	check := func(how string, texts ...string) {
		t.Helper()
		if text := strings.Join(append(texts, f.log.String()), "\n"); strings.Contains(text, secret) || strings.Contains(text, token) {
			t.Errorf("%s: a secret is shown: %s", how, text)
		}
	}
	result, err := send()
	if err != nil {
		t.Fatal(err)
	}
	if got := f.plane.Calls()[0].Object.Secrets()["slack.api_url"]; got == nil || got.Value != secret {
		t.Errorf("the secret arrives as %+v", got)
	}
	check("success", fmt.Sprintf("%+v", result.Record.Desired.Slack.APIURL))
	for how, intercept := range map[string]func(context.Context, servertest.Call) error{
		"an internal error": func(context.Context, servertest.Call) error { return errors.New("bad: " + secret) },
		"an error with fields": func(context.Context, servertest.Call) error {
			return &api.Error{Code: api.CodeInvalid, Message: secret, Detail: secret, Fields: spec.FieldErrors{{Path: "p", Message: secret, Hint: secret}}}
		},
		"a panic": func(context.Context, servertest.Call) error { panic("lost " + secret) },
	} {
		f.plane.Intercept = intercept
		_, err := send()
		var failure *api.Error
		if !errors.As(err, &failure) {
			t.Fatalf("%s: error is %v", how, err)
		}
		check(how, fmt.Sprintf("%+v", *failure))
		if !strings.Contains(failure.Message, "(secret)") {
			t.Errorf("%s: nothing was cut out of %q", how, failure.Message)
		}
	}
	type misspelt struct {
		Stack string      `json:"stack"`
		Slack spec.Secret `json:"slackk"`
	}
	_, err = client.Put(t.Context(), f.Client, spec.KindChannel, "production", "oncall", api.PutCreate, misspelt{"production", spec.Secret{Value: secret}})
	if !errors.Is(err, &api.Error{Code: api.CodeInvalid}) || !strings.Contains(err.Error(), "slackk") {
		t.Errorf("an unknown field gives %v", err)
	}
	check("an unknown field", fmt.Sprint(err))
}

func testPanic(t *testing.T, f *fixture) {
	f.plane.Intercept = func(context.Context, servertest.Call) error { panic("out of cheese") }
	f.everyCall(t.Context(), func(name string, err error) {
		if !errors.Is(err, &api.Error{Code: api.CodeInternal}) || !strings.Contains(err.Error(), "out of cheese") {
			t.Errorf("%s: error is %v", name, err)
		}
	})
	if text := f.log.String(); !strings.Contains(text, "out of cheese") || !strings.Contains(text, "testPanic") {
		t.Errorf("the log lacks the panic or its stack: %s", text)
	}
	f.plane.Intercept = nil
	if _, err := f.Stacks(t.Context()); err != nil {
		t.Errorf("the server did not survive: %v", err)
	}
}

func testRetryOfReads(t *testing.T, f *fixture) {
	var failures atomic.Int32
	f.plane.Intercept = func(context.Context, servertest.Call) error {
		if failures.Add(1) <= 2 {
			return &api.Error{Code: api.CodeUnavailable, Message: "not yet"}
		}
		return nil
	}
	if _, err := f.Stacks(t.Context()); err != nil {
		t.Errorf("a read was not tried again: %v", err)
	}
	failures.Store(-1000)
	f.fails(&api.Error{Code: api.CodeUnavailable, Message: "never", Detail: "words"})
	_, err := f.Stacks(t.Context())
	var failure *api.Error
	if !errors.As(err, &failure) || failure.Code != api.CodeUnavailable || failure.Message != "never" || failure.Detail != "words" {
		t.Errorf("error is %#v", err)
	}
}

func testWritesAreOnce(t *testing.T, f *fixture) {
	f.fails(&api.Error{Code: api.CodeUnavailable, Message: "not now"})
	_, err := client.Put(t.Context(), f.Client, spec.KindAlertRule, "production", "down", api.PutCreate, rule("down"))
	_, deleteErr := f.Delete(t.Context(), spec.KindAlertRule, "production", "down", false)
	for _, err := range []error{err, deleteErr} {
		if !errors.Is(err, &api.Error{Code: api.CodeUnavailable}) {
			t.Errorf("error is %v", err)
		}
	}
	if calls := f.plane.Calls(); len(calls) != 2 {
		t.Errorf("2 writes reached the plane %d times", len(calls))
	}
}

func testToken(t *testing.T, f *fixture) {
	for name, sent := range map[string]string{"none": "", "wrong": "wrong", "a prefix": token[:5], "longer": token + "x"} {
		stranger := &fixture{Client: f.client(t, token, sent)}
		stranger.everyCall(t.Context(), func(call string, err error) {
			if !errors.Is(err, &api.Error{Code: api.CodeUnauthorized}) {
				t.Errorf("%s with token %s: error is %v", call, name, err)
			}
		})
	}
	if calls := f.plane.Calls(); len(calls) > 0 {
		t.Errorf("strangers reached the plane: %+v", calls)
	}
	if strings.Contains(f.log.String(), token) {
		t.Error("the token is logged")
	}
	open := f.client(t, "", "")
	if _, err := open.Stacks(t.Context()); err != nil {
		t.Errorf("a server without token refuses: %v", err)
	}
}
