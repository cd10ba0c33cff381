package controlplane_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func channel(name string) *spec.Channel {
	return &spec.Channel{Stack: "production", Name: name, Webhook: &spec.Webhook{URL: "http://127.0.0.1:9/" + name}}
}

func route(name, channel string, matchers ...string) *spec.Route {
	return &spec.Route{Stack: "production", Name: name, Channel: channel, Matchers: matchers}
}

// remove deletes an object and returns what was said about it.
func (f fixture) remove(t *testing.T, kind spec.Kind, name string) string {
	t.Helper()
	result, err := f.Delete(context.Background(), kind, "production", name, false)
	if err != nil {
		t.Fatalf("deleting %s %q: %v", kind, name, err)
	}
	return strings.Join(result.Warnings, " ")
}

// receivers are the names of the channels that run.
func (f fixture) receivers() []string {
	running, _ := f.backend.Running("production")
	var names []string
	for _, c := range running.Channels {
		names = append(names, c.Name)
	}
	return names
}

func TestReferenceToNothingIsRefused(t *testing.T) {
	f := withStack(t)
	_, err := f.Put(context.Background(), route("db", "oncall", `team="db"`), api.PutCreate)
	wantField(t, err, "channel", "does not exist")
}

func wantField(t *testing.T, err error, path, message string) {
	t.Helper()
	e := (*api.Error)(nil)
	if !errors.As(err, &e) || e.Code != api.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Path != path || !strings.Contains(e.Fields[0].Message, message) {
		t.Errorf("error = %#v, want one on %s that says %q", err, path, message)
	}
}

// Terraform deletes a channel before it updates the route that led to it.
func TestWhatIsInUseStaysUntilItIsNot(t *testing.T) {
	f := withStack(t)
	f.mustPut(t, channel("old"), api.PutCreate)
	f.mustPut(t, route("db", "old", `team="db"`), api.PutCreate)

	if said := f.remove(t, spec.KindChannel, "old"); !strings.Contains(said, `notification channel "old"`) || !strings.Contains(said, `route "db" (channel)`) {
		t.Errorf("deleting what is in use says %q", said)
	}
	if got := f.receivers(); !slices.Equal(got, []string{"old"}) {
		t.Errorf("channels that run: %q, want the one in use", got)
	}
	// To everybody else it is gone.
	o, err := f.Observe(context.Background(), "production")
	if err != nil {
		t.Fatal(err)
	}
	if _, there := o.Objects[spec.KindChannel]["old"]; there || len(o.Remarks) != 1 || !strings.Contains(o.Remarks[0], `route "db"`) {
		t.Errorf("objects %v, remarks %q", o.Objects[spec.KindChannel], o.Remarks)
	}
	if _, err := f.Get(context.Background(), spec.KindChannel, "production", "old"); code(err) != api.CodeNotFound {
		t.Errorf("getting it: %v", err)
	}
	if _, err := f.Put(context.Background(), channel("old"), api.PutUpdate); code(err) != api.CodeNotFound {
		t.Errorf("updating it: %v", err)
	}
	if said := f.remove(t, spec.KindChannel, "old"); said != "" {
		t.Errorf("deleting it again says %q", said)
	}
	_, err = f.Put(context.Background(), route("web", "old", `team="web"`), api.PutCreate)
	wantField(t, err, "channel", "was removed")

	f.mustPut(t, channel("new"), api.PutCreate)
	f.mustPut(t, route("db", "new", `team="db"`), api.PutUpdate)
	if got := f.receivers(); !slices.Equal(got, []string{"new"}) {
		t.Errorf("channels that run: %q, want the new one only", got)
	}
	if documents, _ := f.store.List(context.Background(), "production"); len(documents) != 4 { // stack, runtime, channel, route
		t.Errorf("documents = %v", documents)
	}
}

// A replacement deletes first and creates again under the same name.
func TestWhatIsLeavingComesBack(t *testing.T) {
	f := withStack(t)
	old := channel("oncall")
	old.Webhook.BearerToken = &spec.Secret{Value: "first", Version: 1}
	f.mustPut(t, old, api.PutCreate)
	f.mustPut(t, route("db", "oncall", `team="db"`), api.PutCreate)
	f.remove(t, spec.KindChannel, "oncall")
	if n := len(f.backend.Secrets("production")); n != 1 {
		t.Errorf("%d secrets, want the one in use", n)
	}
	fresh := channel("oncall")
	fresh.Webhook.URL = "http://127.0.0.1:9/fresh"
	if result := f.mustPut(t, fresh, api.PutCreate); result.Adopted {
		t.Error("it was adopted")
	}
	running, _ := f.backend.Running("production")
	if len(running.Channels) != 1 || running.Channels[0].Webhook.URL != fresh.Webhook.URL || len(f.backend.Secrets("production")) != 0 {
		t.Errorf("channels that run: %+v, secrets %v", running.Channels, f.backend.Secrets("production"))
	}
	// It is an object like any other again.
	f.remove(t, spec.KindRoute, "db")
	f.mustPut(t, fresh, api.PutUpdate)
	f.remove(t, spec.KindChannel, "oncall")
	if got := f.receivers(); len(got) != 0 {
		t.Errorf("channels that run: %q", got)
	}
}

// What is leaving keeps nothing for itself: neither its own route nor the rest.
func TestWhatIsLeavingOnlyReceives(t *testing.T) {
	f := withStack(t)
	old := channel("old")
	old.Default, old.Matchers = true, []string{`a="b"`}
	f.mustPut(t, old, api.PutCreate)
	f.mustPut(t, route("db", "old", `team="db"`), api.PutCreate)
	f.remove(t, spec.KindChannel, "old")
	fresh := channel("fresh")
	fresh.Default = true
	f.mustPut(t, fresh, api.PutCreate)
	running, _ := f.backend.Running("production")
	if tree := running.RouteTree(); tree.Receiver != "fresh" || len(tree.Children) != 2 || tree.Children[1].Receiver != "old" {
		t.Errorf("the tree is %+v", tree)
	}
}

// A whole chain is deleted from the wrong end.
func TestWhatIsLeavingHoldsOthers(t *testing.T) {
	f := withStack(t)
	f.mustPut(t, channel("oncall"), api.PutCreate)
	f.mustPut(t, route("parent", "oncall", `team="db"`), api.PutCreate)
	below := route("child", "", `severity="info"`)
	below.Parent = "parent"
	f.mustPut(t, below, api.PutCreate)
	f.remove(t, spec.KindChannel, "oncall")
	f.remove(t, spec.KindRoute, "parent")
	if running, _ := f.backend.Running("production"); len(running.Routes) != 2 || len(running.Channels) != 1 {
		t.Errorf("routes %v, channels %v", running.Routes, running.Channels)
	}
	if said := f.remove(t, spec.KindRoute, "child"); said != "" {
		t.Errorf("deleting the last says %q", said)
	}
	if running, _ := f.backend.Running("production"); len(running.Routes)+len(running.Channels) != 0 {
		t.Errorf("routes %v, channels %v", running.Routes, running.Channels)
	}
	if documents, _ := f.store.List(context.Background(), "production"); len(documents) != 2 {
		t.Errorf("documents left: %v", documents)
	}
}

func TestStackWithWhatIsLeaving(t *testing.T) {
	f := withStack(t)
	f.mustPut(t, channel("oncall"), api.PutCreate)
	f.mustPut(t, route("db", "oncall", `team="db"`), api.PutCreate)
	f.remove(t, spec.KindChannel, "oncall")
	_, err := f.Delete(context.Background(), spec.KindStack, "production", "production", false)
	e := (*api.Error)(nil)
	if !errors.As(err, &e) || e.Code != api.CodeInUse || !strings.Contains(e.Message, "1 objects") {
		t.Errorf("error = %v, want a refusal that counts the route only", err)
	}
	if _, err := f.Delete(context.Background(), spec.KindStack, "production", "production", true); err != nil {
		t.Fatal(err)
	}
	if documents, _ := f.store.List(context.Background(), "production"); len(documents) != 0 {
		t.Errorf("documents left: %v", documents)
	}
}

// A route that another hides is written all the same, because what hides it may
// be about to change; it shows as drift until it does.
func TestUnreachableRouteIsToldOf(t *testing.T) {
	f := withStack(t)
	f.mustPut(t, channel("oncall"), api.PutCreate)
	f.mustPut(t, route("a", "oncall", `team="db"`), api.PutCreate)
	result := f.mustPut(t, route("b", "oncall", `team="db"`), api.PutCreate)
	if len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], `it receives nothing because route "a" comes before it`) {
		t.Errorf("warnings = %q", result.Warnings)
	}
	drift := func() []string {
		o, err := f.Observe(context.Background(), "production")
		if err != nil {
			t.Fatal(err)
		}
		return o.Objects[spec.KindRoute]["b"].Drift
	}
	if got := drift(); len(got) != 1 || !strings.Contains(got[0], `route "a" comes before it`) {
		t.Errorf("drift = %q", got)
	}
	moved := route("a", "oncall", `severity="critical"`)
	moved.Parent = "b"
	f.mustPut(t, moved, api.PutUpdate)
	if got := drift(); len(got) != 0 {
		t.Errorf("drift = %q", got)
	}
}

// A stack that names its default channel takes the place from one that says so
// itself, and goes before the channel is there.
func TestStackNamesItsDefaultChannel(t *testing.T) {
	f := withStack(t)
	old := channel("old")
	old.Default = true
	f.mustPut(t, old, api.PutCreate)
	stack := spec.DefaultStack("production")
	stack.Alertmanager.DefaultChannel = "new"
	f.mustPut(t, &stack, api.PutUpdate)
	root := func() string {
		running, _ := f.backend.Running("production")
		return running.RouteTree().Receiver
	}
	if got := root(); got != spec.NullReceiver {
		t.Errorf("the root leads to %q before the channel is there", got)
	}
	remarks := func() []string {
		o, err := f.Observe(context.Background(), "production")
		if err != nil {
			t.Fatal(err)
		}
		return o.Remarks
	}
	if got := remarks(); len(got) != 1 || !strings.Contains(got[0], `"new" does not exist yet`) {
		t.Errorf("remarks = %q", got)
	}
	f.mustPut(t, channel("new"), api.PutCreate)
	if got := remarks(); len(got) != 0 {
		t.Errorf("remarks = %q", got)
	}
	if got := root(); got != "new" {
		t.Errorf("the root leads to %q", got)
	}
	if said := f.remove(t, spec.KindChannel, "new"); said != "" || root() != spec.NullReceiver {
		t.Errorf("without it the root leads to %q; deleting said %q", root(), said)
	}
}
