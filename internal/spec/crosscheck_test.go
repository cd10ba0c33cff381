package spec_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func stateOf(objects ...spec.Object) spec.State {
	s := spec.State{Stack: soundStack()}
	for _, o := range objects {
		s.Add(o)
	}
	s.Sort()
	return s
}

func rule(name, group, interval string) *spec.AlertRule {
	r := soundRule()
	r.Name, r.Group, r.GroupInterval = name, group, interval
	return &r
}

func job(name string) *spec.ScrapeJob {
	j := soundJob()
	j.Name = name
	return &j
}

func channel(name string, order int64, matchers ...string) *spec.Channel {
	c := soundChannel()
	c.Name, c.Order, c.Matchers = name, order, append([]string{}, matchers...)
	return &c
}

// route leads to the channel "oncall", at the top.
func route(name string, order int64, matchers ...string) *spec.Route {
	r := soundRoute()
	r.Name, r.Order, r.Matchers = name, order, append([]string{}, matchers...)
	return &r
}

func below(r *spec.Route, parent string) *spec.Route { r.Parent = parent; return r }
func onward(r *spec.Route) *spec.Route               { r.Continue = true; return r }

func muted(r *spec.Route, windows ...string) *spec.Route { r.MuteWindows = windows; return r }

func window(name string) *spec.MuteWindow {
	w := soundWindow()
	w.Name = name
	return &w
}

// oncall is a channel that only routes lead to.
func oncall() *spec.Channel {
	c := soundChannel()
	c.Matchers = nil
	return &c
}

func isDefault(c *spec.Channel) *spec.Channel   { c.Default = true; return c }
func continues(c *spec.Channel) *spec.Channel   { c.Continue = true; return c }
func ofStack(r *spec.AlertRule) *spec.AlertRule { r.Stack = "staging"; return r }

func withTimeout(j *spec.ScrapeJob, interval, timeout string) *spec.ScrapeJob {
	j.Interval, j.Timeout = interval, timeout
	return j
}

func TestStateProblems(t *testing.T) {
	const critical, team, regex = `severity="critical"`, `team="db"`, `service=~"a|b"`
	policy := soundPolicy()
	tests := []struct {
		name  string
		state spec.State
		// want lists "kind name path: part of the message".
		want []string
	}{
		{"sound", stateOf(job("a"), job("b"), rule("a", "g", "1m"), rule("b", "g", "60s"), rule("c", "g", ""), rule("d", "h", "2m"),
			channel("a", 0, critical), channel("b", 0, team), isDefault(channel("c", 0))), nil},
		{"same name in different kinds", stateOf(job("a"), rule("a", "g", ""), channel("a", 0)), nil},
		{"another stack", stateOf(ofStack(rule("a", "g", ""))), []string{`alert_rule a stack: belongs to stack "staging", not to "production"`}},
		{"same scrape job twice", stateOf(job("a"), job("a")), []string{`scrape_job a name: stack "production" has two of this name`}},
		{"same rule twice", stateOf(rule("a", "g", ""), rule("a", "h", "")), []string{`alert_rule a name: stack "production" has two of this name`}},
		{"same channel twice", stateOf(channel("a", 0, team), channel("a", 1, critical)), []string{`notification_channel a name: stack "production" has two of this name`}},
		{"group intervals disagree", stateOf(rule("a", "g", "1m"), rule("b", "g", "2m"), rule("c", "g", "")), []string{
			`alert_rule a group_interval: "1m" disagrees with other rules of group "g": "2m" in "b"`,
			`alert_rule b group_interval: "2m" disagrees with other rules of group "g": "1m" in "a"`,
		}},
		{"timeout longer than the stack's interval", stateOf(withTimeout(job("a"), "", "16s")), []string{
			`scrape_job a timeout: longer than the stack's scrape interval "15s"`,
			`stack production prometheus.scrape_interval: shorter than the timeout "16s" of scrape job "a"`,
		}},
		{"timeout within the job's own interval", stateOf(withTimeout(job("a"), "1m", "30s")), nil},
		{"two default channels", stateOf(isDefault(channel("a", 0, team)), isDefault(channel("b", 0, critical))), []string{
			`notification_channel a default: "b" already is`, `notification_channel b default: "a" already is`,
		}},
		{"catch-all before another", stateOf(channel("a", 0), channel("b", 0, team)), []string{
			`notification_channel b matchers: it receives nothing because channel "a" comes before it`,
		}},
		{"catch-all with a higher order", stateOf(channel("a", 1), channel("b", 0, team)), nil},
		{"catch-all that continues", stateOf(continues(channel("a", 0)), channel("b", 0, team)), nil},
		{"same matchers written differently", stateOf(channel("a", 0, critical, team), channel("b", 0, `team=db,severity=critical`)), []string{
			`notification_channel b matchers: because channel "a"`,
		}},
		{"fewer matchers first", stateOf(channel("a", 0, team), channel("b", 0, critical, team, regex)), []string{
			`notification_channel b matchers: because channel "a"`,
		}},
		{"more matchers first", stateOf(channel("a", 0, critical, team), channel("b", 0, team)), nil},
		{"other matchers first", stateOf(channel("a", 0, critical), channel("b", 0, team)), nil},
		{"hidden default still gets the rest", stateOf(channel("a", 0, team), isDefault(channel("b", 0, team))), nil},
		{"hidden default gets nothing", stateOf(channel("a", 0, team), isDefault(channel("b", 0, team)), channel("c", 9)), []string{
			`notification_channel b matchers: because channel "a"`,
		}},
		{"default beside a catch-all", stateOf(isDefault(channel("a", 0)), continues(channel("z", 9))), []string{
			`notification_channel a default: receives nothing because channel "z" takes every alert`,
		}},
		{"default first hides nobody", stateOf(isDefault(channel("a", 0)), channel("b", 1, team)), nil},
		{"matcher that does not parse", stateOf(channel("a", 0, "("), channel("b", 0, "(")), nil},
		{"channel without a route of its own", stateOf(oncall(), channel("z", 0, team)), nil},

		{"routes", stateOf(oncall(), route("a", 0, critical), below(route("b", 0, team), "a"), below(route("c", 0), "a"), route("d", 1)), nil},
		{"no such channel", stateOf(route("a", 0, team)), []string{
			`route a channel: it refers to notification channel "oncall", which does not exist in stack "production"`,
		}},
		{"no such parent", stateOf(oncall(), below(route("a", 0, team), "b")), []string{
			`route a parent: it refers to route "b", which does not exist`,
		}},
		{"no such window", stateOf(oncall(), window("nights"), muted(route("a", 0, team), "nights", "weekends")), []string{
			`route a mute_windows[1]: it refers to mute window "weekends", which does not exist`,
		}},
		{"no such channel of a step", stateOf(channel("first", 0, team), channel("second", 1, critical), &policy), []string{
			`escalation_policy oncall step[2].channels[0]: it refers to notification channel "boss", which does not exist`,
		}},
		{"two in a circle", stateOf(oncall(), below(route("a", 0, team), "b"), below(route("b", 0, critical), "a")), []string{
			`route a parent: it is its own ancestor, by way of "b"`,
			`route b parent: it is its own ancestor, by way of "a"`,
		}},
		{"three in a circle, one below it", stateOf(oncall(), below(route("a", 0), "c"), below(route("b", 0), "a"), below(route("c", 0), "b"), below(route("d", 0), "c")), []string{
			`route a parent: by way of "c", "b"`, `route b parent: by way of "a", "c"`, `route c parent: by way of "b", "a"`,
		}},
		{"route behind a channel's own", stateOf(oncall(), channel("a", 0, team), route("b", 0, team, critical)), []string{
			`route b matchers: it receives nothing because channel "a" comes before it`,
		}},
		{"channel's own behind a route", stateOf(oncall(), route("a", 0, team), channel("b", 0, team)), []string{
			`notification_channel b matchers: it receives nothing because route "a" comes before it`,
		}},
		{"behind a route that continues", stateOf(oncall(), onward(route("a", 0, team)), route("b", 0, team)), nil},
		{"behind another route's child", stateOf(oncall(), route("a", 0, critical), below(route("b", 0, team), "a"), route("c", 1, team)), nil},
		{"sibling of the same parent", stateOf(oncall(), route("a", 0, critical), below(route("b", 0, team), "a"), below(route("c", 1, team, regex), "a")), []string{
			`route c matchers: it receives nothing because route "b" comes before it`,
		}},
		{"sibling that repeats the parent", stateOf(oncall(), route("a", 0, critical), below(route("b", 0, critical), "a"), below(route("c", 1, team), "a")), []string{
			`route c matchers: it receives nothing because route "b" comes before it`,
		}},
		{"below what it contradicts", stateOf(oncall(), route("a", 0, critical), below(route("b", 0, team), "a"), below(route("c", 0, `severity="info"`), "b")), []string{
			`route c matchers: its matchers contradict those of route "b", below which it lies`,
		}},
		{"a regular expression takes the value", stateOf(oncall(), route("a", 0, `team=~"d.*"`), route("b", 1, team)), []string{
			`route b matchers: because route "a"`,
		}},
		{"a regular expression takes every value", stateOf(oncall(), route("a", 0, `team!="web"`), route("b", 1, `team=~"db|api"`)), []string{
			`route b matchers: because route "a"`,
		}},
		{"a regular expression leaves a value", stateOf(oncall(), route("a", 0, `team=~"d.*"`), route("b", 1, `team=~"db|api"`)), nil},
		{"default beside a route that takes all", stateOf(isDefault(channel("oncall", 0)), route("z", 0)), []string{
			`notification_channel oncall default: receives nothing because route "z" takes every alert`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { expectProblems(t, test.state, test.want) })
	}
}

func TestDefaultChannelOfTheStack(t *testing.T) {
	named := func(name string, objects ...spec.Object) spec.State {
		state := stateOf(objects...)
		state.Stack.Alertmanager.DefaultChannel = name
		return state
	}
	expectProblems(t, named("nobody", channel("a", 0, `a="b"`)), nil)
	expectProblems(t, named("a", isDefault(channel("a", 0))), nil)
	expectProblems(t, named("a", channel("a", 0), channel("b", 0, `a="b"`)), nil) // a is the root alone
	expectProblems(t, named("oncall", oncall(), route("all", 0)), nil)            // only in case the route goes
	expectProblems(t, named("a", channel("a", 0), isDefault(channel("b", 0))), []string{
		`notification_channel b default: it cannot be the default because channel "a" already is`,
		`stack production alertmanager.default_channel: channel "a" cannot be the default because "b" already is`,
	})
	state := named("a", isDefault(channel("b", 0)))
	if c := state.DefaultChannel(); c != nil {
		t.Errorf("%q is the default, although the stack names another", c.Name)
	}
}

func TestDisabledComponents(t *testing.T) {
	state := stateOf(job("a"), rule("b", "g", ""), channel("c", 0))
	state.Stack.Prometheus.Enabled = false
	expectProblems(t, state, []string{
		"scrape_job a stack: needs prometheus, which is disabled",
		"alert_rule b stack: needs prometheus, which is disabled",
		"stack production prometheus.enabled: disabled but 2 objects",
	})
	state = stateOf(job("a"), rule("b", "g", ""), channel("c", 0))
	state.Stack.Alertmanager.Enabled = false
	expectProblems(t, state, []string{
		"notification_channel c stack: needs alertmanager, which is disabled",
		"stack production alertmanager.enabled: disabled but 1 objects",
	})
	state = stateOf()
	state.Stack.Prometheus.Enabled, state.Stack.Alertmanager.Enabled = false, false
	expectProblems(t, state, nil)
}

func expectProblems(t *testing.T, state spec.State, want []string) {
	t.Helper()
	got := append(state.Validate(), state.Unreachable()...)
	if len(got) != len(want) {
		t.Fatalf("got %d problems, want %d: %v", len(got), len(want), got)
	}
	for _, w := range want {
		where, message, _ := strings.Cut(w, ": ")
		if !slices.ContainsFunc(got, func(e spec.ObjectError) bool {
			return where == fmt.Sprintf("%s %s %s", e.Kind, e.Name, e.Field.Path) && strings.Contains(e.Field.Message, message) && e.Field.Hint != ""
		}) {
			t.Errorf("no problem %q in %v", w, got)
		}
	}
	for _, e := range got {
		if namesItself(e.Kind, e.Name, e.Field) {
			t.Errorf("%s %q: %s: this names it twice", e.Kind.Noun(), e.Name, e.Field.Message)
		}
	}
}

// A message must stay readable and the whole answer small when a thousand rules disagree.
func TestMessagesNameOnlySome(t *testing.T) {
	objects := make([]spec.Object, 1000)
	for i := range objects {
		objects[i] = rule(fmt.Sprintf("r%04d", i), "g", fmt.Sprintf("%ds", 1+i))
	}
	state := stateOf(objects...)
	problems := state.Validate()
	if len(problems) != 1000 {
		t.Fatalf("got %d problems", len(problems))
	}
	for _, p := range problems {
		if len(p.Field.Message) > 300 {
			t.Fatalf("message has %d bytes: %s", len(p.Field.Message), p.Field.Message)
		}
	}
}

func largeState() spec.State {
	objects := make([]spec.Object, 0, 1100)
	for i := range 1000 {
		objects = append(objects, rule(fmt.Sprintf("r%d", i), fmt.Sprintf("g%d", i%20), "1m"))
	}
	for i := range 100 {
		objects = append(objects, channel(fmt.Sprintf("c%d", i), 0, `severity="critical"`, fmt.Sprintf(`team="t%d"`, i)))
	}
	return stateOf(objects...)
}

// A write batch validates the whole state, so this must not show in an apply.
func TestLargeStateIsCheap(t *testing.T) {
	state := largeState()
	cheap(t, "validating 1000 rules and 100 channels", 3*time.Second, func() {
		if problems := state.Validate(); len(problems) > 0 {
			t.Fatal(problems)
		}
	})
}

// cheap fails the test unless do takes less than a time at least once: a machine
// that is busy with other things makes everything slow now and then.
func cheap(t *testing.T, what string, most time.Duration, do func()) {
	t.Helper()
	for attempt := 1; ; attempt++ {
		start := time.Now()
		do()
		took := time.Since(start)
		if took <= most {
			return
		}
		if attempt == 20 {
			t.Fatalf("%s took %v", what, took)
		}
	}
}

func BenchmarkStateValidate(b *testing.B) {
	state := largeState()
	b.ReportAllocs()
	for b.Loop() {
		if problems := state.Validate(); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}
