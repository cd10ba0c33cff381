package alertmanager_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func silenced(name string, matchers ...string) *spec.Silence {
	s := &spec.Silence{Stack: "production", Name: name, Matchers: matchers, Duration: "1h", Comment: "disks are replaced"}
	spec.WithDefaults(s)
	s.Begin(time.Now(), nil)
	return s
}

// heldSilence is a silence as Alertmanager tells it.
type heldSilence struct {
	ID       string `json:"id"`
	Comment  string `json:"comment"`
	Matchers []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"matchers"`
	EndsAt time.Time `json:"endsAt"`
	Status struct {
		State string `json:"state"`
	} `json:"status"`
}

// held lists the silences in a state, those that end first first.
func (b *bench) held(state string) []heldSilence {
	b.Helper()
	answer, err := http.Get("http://" + b.in.Addresses[component.Alertmanager] + "/api/v2/silences")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var all []heldSilence
	if err := json.NewDecoder(answer.Body).Decode(&all); err != nil {
		b.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(s heldSilence) bool { return s.Status.State != state })
	slices.SortFunc(all, func(a, b heldSilence) int { return a.EndsAt.Compare(b.EndsAt) })
	return all
}

// byHand posts a silence, or deletes the one of that id if there is no text.
func (b *bench) byHand(id, text string) {
	b.Helper()
	method, path := http.MethodPost, "/api/v2/silences"
	if text == "" {
		method, path = http.MethodDelete, "/api/v2/silence/"+id
	}
	request, err := http.NewRequestWithContext(b.Context(), method, "http://"+b.in.Addresses[component.Alertmanager]+path, strings.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		b.Fatalf("%s %s: %s", method, path, answer.Status)
	}
}

// publish makes Alertmanager hold next in the place of prev; either may be nil.
func (b *bench) publish(prev, next *spec.Silence) {
	b.Helper()
	var before, after spec.Object
	if prev != nil {
		before = prev
		b.in.State.Delete(spec.KindSilence, prev.Name)
	}
	if next != nil {
		after = next
		b.in.State.Put(next)
	}
	if err := b.c.Publish(b.Context(), b.in, before, after); err != nil {
		b.Fatal(err)
	}
}

func TestSilences(t *testing.T) {
	b := start(t, spec.State{Stack: spec.DefaultStack("production")}, nil)
	one := silenced("one", `instance="db-1"`, `team=~"a|b"`, `env!="test"`, `zone!~"x.*"`)
	b.publish(nil, one)
	active := b.held("active")
	if len(active) != 1 || active[0].Comment != "disks are replaced [opp_silence production/one]" {
		t.Fatalf("held: %+v", active)
	}
	id := active[0].ID
	b.status("one", spec.SilenceActive)

	// The same again changes nothing; a longer one is the same silence.
	b.publish(one, one)
	longer := *one
	longer.Duration = "3h"
	longer.Begin(time.Now(), one)
	b.publish(one, &longer)
	if active = b.held("active"); len(active) != 1 || active[0].ID != id || time.Until(active[0].EndsAt) < 170*time.Minute {
		t.Errorf("held: %+v", active)
	}
	// Another selection is another silence for Alertmanager, and the only one.
	other := longer
	other.Matchers = []string{`instance="db-2"`}
	b.publish(&longer, &other)
	if active = b.held("active"); len(active) != 1 || active[0].ID == id || active[0].Matchers[0].Value != "db-2" {
		t.Errorf("held: %+v", active)
	}
	b.status("one", spec.SilenceActive)

	// Begin later, and then after all now.
	later := other
	later.Start = time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	later.Begin(time.Now(), nil)
	b.publish(&other, &later)
	if pending := b.held("pending"); len(pending) != 1 || len(b.held("active")) != 0 {
		t.Errorf("held: %+v", pending)
	}
	b.status("one", spec.SilencePending)
	b.publish(&later, &other)
	b.status("one", spec.SilenceActive)

	b.publish(&other, nil)
	if len(b.held("active"))+len(b.held("pending")) != 0 {
		t.Errorf("held: %+v", b.held("active"))
	}
}

// status wants the observed silence to be as it is desired, in that state.
func (b *bench) status(name, state string, drift ...string) {
	b.Helper()
	b.want(func(s *spec.State) { s.Get(spec.KindSilence, name).(*spec.Silence).Status = state }, drift...)
}

// A silence that has ended is nothing to make or to miss.
func TestSilencesThatHaveEnded(t *testing.T) {
	b := start(t, spec.State{Stack: spec.DefaultStack("production")}, nil)
	over := silenced("over", `instance="db-1"`)
	over.Duration, over.Start, over.End = "", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
	b.publish(nil, over)
	if n := len(b.held("active")) + len(b.held("expired")); n != 0 {
		t.Errorf("%d silences are held", n)
	}
	b.status("over", spec.SilenceExpired)
	b.in.State.Delete(spec.KindSilence, "over")

	short := silenced("short", `instance="db-1"`)
	b.publish(nil, short)
	b.status("short", spec.SilenceActive)
	shorter := *short
	shorter.Duration, shorter.End = "", time.Now().Add(2*time.Second).UTC().Format(time.RFC3339Nano)
	b.publish(short, &shorter)
	componenttest.Eventually(t, func() bool { return len(b.held("active")) == 0 })
	b.status("short", spec.SilenceExpired)
	// One that is made to end now is expired.
	long := silenced("long", `instance="db-1"`)
	b.publish(nil, long)
	ended := *long
	ended.Duration, ended.End = "", time.Now().Add(-time.Second).UTC().Format(time.RFC3339)
	b.publish(long, &ended)
	if active := b.held("active"); len(active) != 0 {
		t.Errorf("held: %+v", active)
	}
}

func TestSilencesThatSomebodyChanged(t *testing.T) {
	b := start(t, spec.State{Stack: spec.DefaultStack("production")}, nil)
	for _, tt := range []struct {
		name   string
		change func(id string)
		status string
		want   func(*spec.Silence)
		drift  string
	}{
		{"expired", func(id string) { b.byHand(id, "") }, spec.SilenceExpired, nil, "the silence was expired at"},
		{"edited", func(id string) {
			b.byHand(id, fmt.Sprintf(`{"id":%q,"matchers":[{"name":"team","value":"c","isRegex":true,"isEqual":false}],"startsAt":%q,"endsAt":%q,`+
				`"createdBy":"somebody","comment":"mine [opp_silence production/edited]"}`, id, time.Now().Format(time.RFC3339), "2099-01-01T00:00:00Z"))
		}, spec.SilenceActive, func(s *spec.Silence) {
			s.Matchers, s.CreatedBy, s.Comment, s.End = []string{`team!~"c"`}, "somebody", "mine", "2099-01-01T00:00:00Z"
		}, ""},
		{"copied", func(string) {
			b.byHand("", fmt.Sprintf(`{"matchers":[{"name":"team","value":"c","isRegex":false}],"startsAt":%q,"endsAt":%q,`+
				`"createdBy":"somebody","comment":"mine [opp_silence production/copied]"}`, time.Now().Format(time.RFC3339), time.Now().Add(time.Minute).Format(time.RFC3339)))
		}, spec.SilenceActive, nil, "there are other silences like it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b.TB = t
			s := silenced(tt.name, `instance="db-1"`)
			s.Duration, s.End = "", time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
			b.publish(nil, s)
			tt.change(b.held("active")[0].ID)

			report := componenttest.Observe(t, b.c, b.in, b.files)
			want := *s
			if tt.want != nil {
				tt.want(&want)
			}
			want.Status = tt.status
			if diff := cmp.Diff(&want, report.Observed.Get(spec.KindSilence, tt.name)); diff != "" {
				t.Errorf("observed: %s", diff)
			}
			said := strings.Join(componenttest.Sentences(report), "\n")
			if tt.drift == "" && said != "" || !strings.Contains(said, tt.drift) {
				t.Errorf("drift %q, want %q", said, tt.drift)
			}

			// What repairs it is the same write again.
			b.publish(s, s)
			b.status(tt.name, spec.SilenceActive)
			if active := b.held("active"); len(active) != 1 {
				t.Errorf("held: %+v", active)
			}
			b.publish(s, nil)
		})
	}
}

// The end of a silence that has a duration shows in no attribute of the user's.
func TestEndOfASilenceWithDuration(t *testing.T) {
	b := start(t, spec.State{Stack: spec.DefaultStack("production")}, nil)
	s := silenced("a", `instance="db-1"`)
	b.publish(nil, s)
	edited := *s
	edited.Duration, edited.End = "", "2099-01-01T00:00:00Z"
	if err := b.c.Publish(t.Context(), b.in, s, &edited); err != nil {
		t.Fatal(err)
	}
	b.status("a", spec.SilenceActive, "silence a: alertmanager: the silence ends at 2099-01-01T00:00:00Z")
}

// Silences are kept over a restart of Alertmanager; without its data they are missed.
func TestSilencesSurviveARestart(t *testing.T) {
	b := &bench{TB: t, c: alertmanager.New(), in: componenttest.Input(t, spec.State{Stack: spec.DefaultStack("production")})}
	b.files = componenttest.Publish(t, b.c, b.in)
	binary := componenttest.Tool(t, component.Alertmanager, version, "alertmanager")
	first := componenttest.Start(t, b.c, b.in, binary)
	s := silenced("a", `instance="db-1"`)
	b.publish(nil, s)
	first.Stop()
	second := componenttest.Start(t, b.c, b.in, binary)
	b.status("a", spec.SilenceActive)
	second.Stop()
	b.in.DataDir = t.TempDir()
	componenttest.Start(t, b.c, b.in, binary)
	b.status("a", spec.SilenceExpired, "silence a: alertmanager: the silence is gone")
}

func TestPublishTellsRefusalFromAbsence(t *testing.T) {
	b := start(t, spec.State{Stack: spec.DefaultStack("production")}, nil)
	s := silenced("a", `team=""`)
	err := b.c.Publish(t.Context(), b.in, nil, s)
	var refused *api.Error
	if !errors.As(err, &refused) || refused.Code != api.CodeRefused || !strings.Contains(refused.Detail, "must not match the empty string") {
		t.Errorf("error %#v", err)
	}
	b.in.Addresses[component.Alertmanager] = porttest.Address(t)
	if err := b.c.Publish(t.Context(), b.in, nil, s); !errors.Is(err, &api.Error{Code: api.CodeUnavailable}) {
		t.Errorf("error %v", err)
	}
}
