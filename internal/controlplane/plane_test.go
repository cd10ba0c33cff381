package controlplane_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend/backendtest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/controlplane"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store/bbolt"
)

type fixture struct {
	*controlplane.Plane
	backend *backendtest.Fake
	store   store.Store
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "opp.db"))
	if err != nil {
		t.Fatal(err)
	}
	fake := backendtest.New()
	return fixture{Plane: controlplane.New(db, fake, slog.New(slog.DiscardHandler)), backend: fake, store: db}
}

// withStack is a fixture in which the stack "production" runs.
func withStack(t *testing.T) fixture {
	t.Helper()
	f := newFixture(t)
	stack := spec.DefaultStack("production")
	f.mustPut(t, &stack, api.PutCreate)
	return f
}

func (f fixture) mustPut(t *testing.T, object spec.Object, mode api.PutMode) api.PutResult[spec.Object] {
	t.Helper()
	result, err := f.Put(context.Background(), object, mode)
	if err != nil {
		t.Fatalf("Put(%s %s): %v", object.Kind(), object.ObjectName(), err)
	}
	return result
}

func rule(name string) *spec.AlertRule {
	return &spec.AlertRule{Stack: "production", Name: name, Expr: "up == 0"}
}

func code(err error) api.Code {
	e := (*api.Error)(nil)
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestPutStoresWhatRuns(t *testing.T) {
	f := withStack(t)
	f.mustPut(t, rule("down"), api.PutCreate)
	o, err := f.Observe(context.Background(), "production")
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := api.RecordOf[spec.AlertRule](o.Objects, "down"); got.Desired.Expr != "up == 0" || got.Revision != 1 || got.Desired.Group != spec.DefaultGroup {
		t.Errorf("stored rule = %+v", got)
	}
	if running, _ := f.backend.Running("production"); len(running.AlertRules) != 1 {
		t.Errorf("running rules = %v, want the one that was put", running.AlertRules)
	}
}

// A write that changes nothing is how a plan repairs what a component holds.
func TestWritesNameTheirObjects(t *testing.T) {
	f := withStack(t)
	for _, mode := range []api.PutMode{api.PutCreate, api.PutUpdate} {
		f.mustPut(t, rule("down"), mode)
		want := component.ObjectKey{Kind: spec.KindAlertRule, Name: "down"}
		if got := f.backend.Named(); len(got) != 1 || got[0] != want {
			t.Errorf("%s names %v, want %v", mode, got, want)
		}
	}
}

func TestPutModes(t *testing.T) {
	different := rule("down")
	different.Expr = "up == 1"
	for _, test := range []struct {
		name    string
		before  []spec.Object
		put     spec.Object
		mode    api.PutMode
		code    api.Code
		adopted bool
	}{
		{name: "create new", put: rule("down"), mode: api.PutCreate},
		{name: "create what exists with the same content", before: []spec.Object{rule("down")}, put: rule("down"), mode: api.PutCreate, adopted: true},
		{name: "create what exists with other content", before: []spec.Object{rule("down")}, put: different, mode: api.PutCreate, code: api.CodeConflict},
		{name: "update what exists", before: []spec.Object{rule("down")}, put: different, mode: api.PutUpdate},
		{name: "update what does not exist", put: rule("down"), mode: api.PutUpdate, code: api.CodeNotFound},
		{name: "child of no stack", put: &spec.AlertRule{Stack: "nowhere", Name: "down", Expr: "up"}, mode: api.PutCreate, code: api.CodeInvalid},
		{name: "expression that does not parse", put: &spec.AlertRule{Stack: "production", Name: "down", Expr: "up =="}, mode: api.PutCreate, code: api.CodeInvalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := withStack(t)
			for _, object := range test.before {
				f.mustPut(t, object, api.PutCreate)
			}
			result, err := f.Put(context.Background(), test.put, test.mode)
			if code(err) != test.code {
				t.Fatalf("error = %v, want code %q", err, test.code)
			}
			if result.Adopted != test.adopted {
				t.Errorf("adopted = %v, want %v", result.Adopted, test.adopted)
			}
		})
	}
}

func TestWritesThatArriveTogetherShareAnApply(t *testing.T) {
	f := withStack(t)
	before := len(f.backend.Applied())
	const writers = 100
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			if _, err := f.Put(context.Background(), rule(fmt.Sprintf("rule-%d", i)), api.PutCreate); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if running, _ := f.backend.Running("production"); len(running.AlertRules) != writers {
		t.Errorf("%d rules run, want %d", len(running.AlertRules), writers)
	}
	if applies := len(f.backend.Applied()) - before; applies > writers/4 {
		t.Errorf("%d applies for %d concurrent writes, want far fewer", applies, writers)
	}
}

func TestOnlyTheCulpritOfABatchFails(t *testing.T) {
	f := withStack(t)
	f.backend.Refuse = func(state spec.State) error {
		if state.Get(spec.KindAlertRule, "bad") != nil {
			return &api.Error{Code: api.CodeRefused, Message: "prometheus would refuse the configuration", Detail: "its own words"}
		}
		return nil
	}
	var wg sync.WaitGroup
	errs := map[string]error{}
	var mu sync.Mutex
	for _, name := range []string{"a", "b", "bad", "c", "d"} {
		wg.Go(func() {
			_, err := f.Put(context.Background(), rule(name), api.PutCreate)
			mu.Lock()
			defer mu.Unlock()
			errs[name] = err
		})
	}
	wg.Wait()
	for name, err := range errs {
		if (err != nil) != (name == "bad") {
			t.Errorf("rule %s: error = %v", name, err)
		}
	}
	if code(errs["bad"]) != api.CodeRefused || !strings.Contains(errs["bad"].Error(), `alert rule "bad"`) {
		t.Errorf("error of the culprit = %v, want it named and refused", errs["bad"])
	}
	if running, _ := f.backend.Running("production"); len(running.AlertRules) != 4 {
		t.Errorf("%d rules run, want the 4 good ones", len(running.AlertRules))
	}
}

// A provider that is older than what wrote a channel must not make it run without
// what it does not know of it.
func TestFieldsOfANewerVersionAreNotDropped(t *testing.T) {
	f := withStack(t)
	channel := &spec.Channel{Stack: "production", Name: "oncall", Webhook: &spec.Webhook{URL: "http://127.0.0.1:9999/"}}
	f.mustPut(t, channel, api.PutCreate)
	key := store.Key{Stack: "production", Kind: string(spec.KindChannel), Name: "oncall"}
	document, err := f.store.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(string(document.Body), "{", `{"carrier_pigeon":{"loft":"7"},`, 1)
	if _, err := f.store.Commit(t.Context(), store.Change{Key: key, Body: []byte(newer), IfRevision: store.AnyRevision}); err != nil {
		t.Fatal(err)
	}
	applied := len(f.backend.Applied())
	_, err = f.Put(t.Context(), rule("down"), api.PutCreate)
	if err == nil || !strings.Contains(err.Error(), "carrier_pigeon") || !strings.Contains(err.Error(), "upgrade the provider") {
		t.Errorf("error is %v, want one that names the field", err)
	}
	if len(f.backend.Applied()) != applied {
		t.Error("the stack was applied without the field")
	}
	if now, err := f.store.Get(t.Context(), key); err != nil || string(now.Body) != newer {
		t.Errorf("the document is now %s (%v)", now.Body, err)
	}
}

// A defect costs the write that meets it, not the program.
func TestPanicIsAnError(t *testing.T) {
	f := withStack(t)
	f.backend.Refuse = func(spec.State) error { panic("nil map") }
	if _, err := f.Put(t.Context(), rule("down"), api.PutCreate); code(err) != api.CodeInternal || !strings.Contains(err.Error(), "nil map") {
		t.Errorf("error is %v, want an internal one", err)
	}
	f.backend.Refuse = nil
	f.mustPut(t, rule("down"), api.PutCreate)
}

func TestObjectsThatDoNotFitTogether(t *testing.T) {
	f := withStack(t)
	one, two := rule("one"), rule("two")
	one.GroupInterval, two.GroupInterval = "1m", "2m"
	f.mustPut(t, one, api.PutCreate)
	_, err := f.Put(context.Background(), two, api.PutCreate)
	e := (*api.Error)(nil)
	if !errors.As(err, &e) || e.Code != api.CodeInvalid || len(e.Fields) == 0 || e.Fields[0].Path != "group_interval" {
		t.Errorf("error = %#v, want one on group_interval", err)
	}
}

// Terraform updates the rules of a group one by one.
func TestWholeGroupChangesItsInterval(t *testing.T) {
	f := withStack(t)
	names := []string{"one", "two", "three"}
	put := func(name, interval string, mode api.PutMode) {
		r := rule(name)
		r.GroupInterval = interval
		f.mustPut(t, r, mode)
	}
	for _, name := range names {
		put(name, "1m", api.PutCreate)
	}
	for _, name := range names {
		put(name, "2m", api.PutUpdate)
	}
	running, _ := f.backend.Running("production")
	for _, r := range running.AlertRules {
		if r.GroupInterval != "2m" {
			t.Errorf("rule %s runs every %s, want 2m", r.Name, r.GroupInterval)
		}
	}
}

func TestDefaultMovesToAnotherChannel(t *testing.T) {
	f := withStack(t)
	channel := func(name string, isDefault bool) *spec.Channel {
		return &spec.Channel{Stack: "production", Name: name, Default: isDefault, Matchers: []string{`team="` + name + `"`}, Webhook: &spec.Webhook{URL: "http://127.0.0.1:1/" + name}}
	}
	f.mustPut(t, channel("a", true), api.PutCreate)
	f.mustPut(t, channel("b", false), api.PutCreate)
	f.mustPut(t, channel("b", true), api.PutUpdate)
	f.mustPut(t, channel("a", false), api.PutUpdate)
	running, _ := f.backend.Running("production")
	for _, c := range running.Channels {
		if c.Default != (c.Name == "b") {
			t.Errorf("channel %s: default = %v", c.Name, c.Default)
		}
	}
	if _, err := f.Put(context.Background(), channel("c", true), api.PutCreate); code(err) != api.CodeInvalid {
		t.Errorf("a second default channel: error = %v, want invalid", err)
	}
}

func TestDeleteStack(t *testing.T) {
	f := withStack(t)
	f.mustPut(t, rule("down"), api.PutCreate)
	_, err := f.Delete(context.Background(), spec.KindStack, "production", "production", false)
	if code(err) != api.CodeInUse || !strings.Contains(err.(*api.Error).Detail, `alert rule "down"`) {
		t.Fatalf("error = %v, want a refusal that lists the rule", err)
	}
	if _, err := f.Delete(context.Background(), spec.KindStack, "production", "production", true); err != nil {
		t.Fatal(err)
	}
	if _, running := f.backend.Running("production"); running {
		t.Error("the stack still runs")
	}
	if documents, _ := f.store.List(context.Background(), "production"); len(documents) != 0 {
		t.Errorf("documents left: %v", documents)
	}
	if _, err := f.Delete(context.Background(), spec.KindAlertRule, "production", "down", false); err != nil {
		t.Errorf("deleting what is not there: %v", err)
	}
}

func TestSecretsAreSealed(t *testing.T) {
	f := withStack(t)
	slack := func(value string, version int64) *spec.Channel {
		return &spec.Channel{Stack: "production", Name: "chat", Slack: &spec.Slack{Channel: "#ops", APIURL: &spec.Secret{Value: value, Version: version}}}
	}
	if _, err := f.Put(context.Background(), slack("", 1), api.PutCreate); code(err) != api.CodeInvalid {
		t.Fatalf("a secret without a value: error = %v, want invalid", err)
	}
	result := f.mustPut(t, slack("https://hooks.example/first", 1), api.PutCreate)
	first := result.Record.Desired.(*spec.Channel).Slack.APIURL
	if first.Value != "" || f.backend.Secrets("production")[first.File] != "https://hooks.example/first" {
		t.Errorf("sealed secret = %+v, files = %v", first, f.backend.Secrets("production"))
	}
	kept := f.mustPut(t, slack("", 1), api.PutUpdate)
	if file := kept.Record.Desired.(*spec.Channel).Slack.APIURL.File; file != first.File {
		t.Errorf("update without a value uses file %q, want %q kept", file, first.File)
	}
	f.mustPut(t, slack("https://hooks.example/second", 2), api.PutUpdate)
	if files := f.backend.Secrets("production"); len(files) != 1 || files[first.File] != "" {
		t.Errorf("secret files = %v, want only the second", files)
	}
	documents, err := f.store.List(context.Background(), "production")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		if strings.Contains(string(d.Body), "hooks.example") {
			t.Errorf("document %v holds a secret", d.Key)
		}
	}
}

// A channel whose secret is gone notifies nobody, though its configuration is as
// it should be.
func TestLostSecretIsToldAndAskedFor(t *testing.T) {
	f := withStack(t)
	channel := func(value string, version int64) *spec.Channel {
		return &spec.Channel{Stack: "production", Name: "chat", Slack: &spec.Slack{Channel: "#ops", APIURL: &spec.Secret{Value: value, Version: version}}}
	}
	drift := func() []string {
		o, err := f.Observe(t.Context(), "production")
		if err != nil {
			t.Fatal(err)
		}
		record, _ := api.RecordOf[spec.Channel](o.Objects, "chat")
		return record.Drift
	}
	f.mustPut(t, channel("https://hooks.example/x", 1), api.PutCreate)
	if told := drift(); len(told) != 0 {
		t.Errorf("drift of a channel with its secret: %q", told)
	}
	if err := f.backend.PruneSecrets(t.Context(), "production", nil); err != nil {
		t.Fatal(err)
	}
	if told := drift(); len(told) != 1 || !strings.Contains(told[0], "the stored value of slack.api_url is gone") {
		t.Errorf("drift: %q, want the lost secret", told)
	}
	_, err := f.Put(t.Context(), channel("", 1), api.PutUpdate)
	e := (*api.Error)(nil)
	if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Path != "slack.api_url" {
		t.Errorf("a write without the value: %v, want an error about the secret", err)
	}
	f.mustPut(t, channel("https://hooks.example/y", 2), api.PutUpdate)
	if told := drift(); len(told) != 0 {
		t.Errorf("drift after the secret came again: %q", told)
	}
}

func TestFailedWriteLeavesNoSecret(t *testing.T) {
	f := withStack(t)
	f.backend.Refuse = func(state spec.State) error {
		if len(state.Channels) > 0 {
			return errors.New("refused")
		}
		return nil
	}
	channel := &spec.Channel{Stack: "production", Name: "chat", Slack: &spec.Slack{Channel: "#ops", APIURL: &spec.Secret{Value: "https://hooks.example/x", Version: 1}}}
	if _, err := f.Put(context.Background(), channel, api.PutCreate); err == nil {
		t.Fatal("the refused channel was accepted")
	}
	if files := f.backend.Secrets("production"); len(files) != 0 {
		t.Errorf("secret files left: %v", files)
	}
}

func TestFailedCreationLeavesNothing(t *testing.T) {
	f := newFixture(t)
	f.backend.Refuse = func(spec.State) error { return errors.New("port 9090 is taken") }
	stack := spec.DefaultStack("production")
	if _, err := f.Put(context.Background(), &stack, api.PutCreate); err == nil {
		t.Fatal("the creation succeeded")
	}
	if documents, _ := f.store.List(context.Background(), "production"); len(documents) != 0 {
		t.Errorf("documents left: %v", documents)
	}
}

// A store that was lost, or moved away because it was damaged, takes nothing of
// what runs with it.
func TestStackThatTheStoreLostIsUsedOn(t *testing.T) {
	running := withStack(t)
	f := newFixture(t)
	f.Plane, f.backend = controlplane.New(f.store, running.backend, slog.New(slog.DiscardHandler)), running.backend
	runs := func(when string) {
		t.Helper()
		if _, ok := f.backend.Running("production"); !ok {
			t.Fatalf("after %s the stack does not run", when)
		}
	}
	if _, err := f.Put(context.Background(), rule("down"), api.PutCreate); code(err) != api.CodeInvalid {
		t.Fatalf("creating a rule: %v, want that there is no stack", err)
	}
	runs("creating a rule")
	if _, err := f.Delete(context.Background(), spec.KindAlertRule, "production", "down", false); err != nil {
		t.Fatal(err)
	}
	runs("deleting a rule")
	f.backend.Refuse = func(spec.State) error { return errors.New("no") }
	stack := spec.DefaultStack("production")
	if _, err := f.Put(context.Background(), &stack, api.PutCreate); err == nil {
		t.Fatal("a refused stack was created")
	}
	runs("a refused creation")
	f.backend.Refuse = nil
	again := spec.DefaultStack("production")
	if result := f.mustPut(t, &again, api.PutCreate); len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "is used on") {
		t.Errorf("warnings = %q, want that data was found", result.Warnings)
	}
}

func TestUnfinishedStackIsSweptByTheNextCreate(t *testing.T) {
	f := newFixture(t)
	// What a writer leaves that dies after it announced the stack and started it.
	if _, err := f.store.Commit(context.Background(), store.Change{
		Key: store.Key{Stack: "halfway", Kind: "runtime", Name: "halfway"}, Body: []byte(`{}`), IfRevision: store.AnyRevision,
	}); err != nil {
		t.Fatal(err)
	}
	stack := spec.DefaultStack("production")
	f.mustPut(t, &stack, api.PutCreate)
	if documents, _ := f.store.List(context.Background(), "halfway"); len(documents) != 0 {
		t.Errorf("documents of the unfinished stack: %v", documents)
	}
	if _, err := f.Observe(context.Background(), "halfway"); code(err) != api.CodeNotFound {
		t.Errorf("observing it: %v, want not found", err)
	}
}
