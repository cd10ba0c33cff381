package spec_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// toldOf are the routes and channels of which a plan says that a policy takes
// what they would receive, objects being those that it comes to know.
func toldOf(objects []spec.Object) []string {
	var set spec.RouteSet
	var told []string
	for _, o := range objects {
		set.Add(o)
		for _, w := range set.Takeovers(o, func(spec.Object) bool { return true }) {
			message, _ := strings.CutSuffix(w.Message, " would receive")
			if _, routes, ok := strings.Cut(message, "it takes every alert over at once that "); ok {
				told = append(told, strings.Split(routes, ", ")...)
			} else {
				told = append(told, strings.TrimPrefix(o.Kind().Noun(), "notification ")+" "+strconv.Quote(o.ObjectName()))
			}
		}
	}
	slices.Sort(told)
	return told
}

// What a policy leaves without any alert is told about it and about the policy.
func TestPolicyThatTakesEverythingOfARoute(t *testing.T) {
	const critical, db = `severity="critical"`, `team="db"`
	policy := func(after string, matchers ...string) spec.Object {
		p := &spec.EscalationPolicy{Stack: "production", Name: "p", Matchers: matchers, Steps: []spec.EscalationStep{{After: after, Channels: []string{"oncall"}}}}
		spec.WithDefaults(p)
		return p
	}
	for _, tt := range []struct {
		name    string
		objects []spec.Object
		taken   []string // routes and channels that get nothing
	}{
		{"the same matchers", []spec.Object{policy("0s", critical), channel("a", 0, critical)}, []string{`channel "a"`}},
		{"more matchers", []spec.Object{policy("0s", critical), route("a", 0, critical, db)}, []string{`route "a"`}},
		{"fewer matchers", []spec.Object{policy("0s", critical, db), route("a", 0, critical)}, nil},
		{"later than at once", []spec.Object{policy("1m", critical), channel("a", 0, critical)}, nil},
		{"a default channel", []spec.Object{policy("0s", critical), isDefault(channel("a", 0, critical))}, nil},
		{"below what it takes", []spec.Object{policy("0s", critical), route("a", 0, critical), below(route("b", 0, db), "a")}, []string{`route "a"`}},
		{"below what it does not", []spec.Object{policy("0s", critical, db), route("a", 0, critical), below(route("b", 0, db), "a")}, []string{`route "b"`}},
		{"everything but the watchdog", []spec.Object{policy("0s"), route("a", 0, critical), route("b", 1, db)}, []string{`route "a"`}},
		{"several", []spec.Object{policy("0s", critical), route("a", 0, critical, db), channel("b", 0, critical)}, []string{`channel "b"`, `route "a"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			state := stateOf(append(tt.objects, oncall())...)
			var told []string
			for _, o := range tt.objects {
				for _, w := range state.WarningsAbout(o) {
					if strings.HasPrefix(w.Message, `it receives nothing because escalation policy "p" takes every alert`) {
						told = append(told, strings.TrimPrefix(o.Kind().Noun(), "notification ")+" "+strconv.Quote(o.ObjectName()))
					}
				}
			}
			slices.Sort(told)
			if !slices.Equal(told, tt.taken) {
				t.Errorf("told %q, want %q", told, tt.taken)
			}
			for _, objects := range [][]spec.Object{tt.objects, append(slices.Clone(tt.objects[1:]), tt.objects[0])} {
				if told := toldOf(objects); !slices.Equal(told, tt.taken) {
					t.Errorf("a plan of %v tells of %q, want %q", objects, told, tt.taken)
				}
			}
			about := state.WarningsAbout(tt.objects[0])
			if len(about) != min(1, len(tt.taken)) {
				t.Fatalf("the policy says %v", about)
			}
			for _, name := range tt.taken {
				if !strings.Contains(about[0].Message, name) {
					t.Errorf("the policy does not name %s: %v", name, about)
				}
			}
		})
	}
}

// Alertmanager notifies again of what it has forgotten that it told.
func TestRepeatIntervalLongerThanAlertmanagerRemembers(t *testing.T) {
	r, c := route("a", 0, `team="db"`), channel("b", 0, `team="web"`)
	state := stateOf(oncall(), r, c)
	state.Stack.Alertmanager.Retention = "5d"
	for repeat, want := range map[string]int{"": 0, "4h": 0, "120h": 0, "7d": 1} {
		r.RepeatInterval, c.RepeatInterval = repeat, repeat
		for _, o := range []spec.Object{r, c} {
			got := state.WarningsAbout(o)
			if len(got) != want || want > 0 && (got[0].Path != "repeat_interval" || !strings.Contains(got[0].Message, `alertmanager.retention is "5d"`)) {
				t.Errorf("%s that repeats every %q: %v", o.ObjectName(), repeat, got)
			}
		}
	}
}

// A plan tells of a takeover while something about it changes, and not for ever.
func TestPlanTellsOfTakeoversThatChange(t *testing.T) {
	const critical = `severity="critical"`
	p := &spec.EscalationPolicy{Stack: "production", Name: "p", Matchers: []string{critical}, Steps: []spec.EscalationStep{{After: "0s", Channels: []string{"oncall"}}}}
	r := route("a", 0, critical)
	var set spec.RouteSet
	set.Add(p)
	set.Add(r)
	for _, changing := range [][]spec.Object{{}, {p}, {r}, {p, r}} {
		changes := func(o spec.Object) bool { return slices.Contains(changing, o) }
		for _, about := range []spec.Object{p, r} {
			if got := set.Takeovers(about, changes); len(got) != min(1, len(changing)) {
				t.Errorf("%s: %v, and %d objects change", about.Kind(), got, len(changing))
			}
		}
	}
	p.Steps[0].After = "1m"
	if set.Add(p); len(set.Takeovers(r, func(spec.Object) bool { return true })) > 0 {
		t.Error("a policy is told of that is not at once any more")
	}
}

// The watchdog always fires and is left to routes, so a policy for it does nothing.
func TestPolicyForTheWatchdog(t *testing.T) {
	for matcher, want := range map[string]int{`alertname="Watchdog"`: 1, `alertname=~"Watchdog|Down"`: 0, `alertname="Down"`: 0} {
		policy := soundPolicy()
		policy.Matchers = []string{matcher}
		state := stateOf(oncall(), &policy)
		if got := state.WarningsAbout(&policy); len(got) != want || want > 0 && got[0].Path != "matchers" {
			t.Errorf("%s: %v", matcher, got)
		}
		state.Stack.SelfMonitoring = false // then it is a rule of the user's own
		if got := state.WarningsAbout(&policy); len(got) > 0 {
			t.Errorf("%s without self-monitoring: %v", matcher, got)
		}
	}
}
