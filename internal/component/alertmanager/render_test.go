package alertmanager_test

import (
	"flag"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const version = "0.31.1"

var update = flag.Bool("update", false, "write the golden files")

func TestRenderGolden(t *testing.T) {
	for name, state := range componenttest.States() {
		t.Run(name, func(t *testing.T) {
			c := alertmanager.New()
			in := componenttest.Input(t, state)
			files, err := c.Render(componenttest.GoldenInput(in))
			if err != nil {
				t.Fatal(err)
			}
			componenttest.Golden(t, filepath.Join("testdata", name), files, *update)

			componenttest.Publish(t, c, in)
			amtool := componenttest.Tool(t, component.Alertmanager, version, "amtool")
			componenttest.Run(t, amtool, "check-config", filepath.Join(in.ConfigDir, "alertmanager.yml"))
		})
	}
}

// everyKind is a state with objects of every kind that Alertmanager has to do with.
func everyKind() spec.State {
	state := componenttest.Everything()
	escalated := componenttest.States()["escalated"]
	for _, o := range escalated.Objects() {
		if state.Get(o.Kind(), o.ObjectName()) == nil {
			state.Put(o)
		}
	}
	for _, name := range []string{"a", "z"} {
		c := componenttest.Webhook(name, "name="+name)
		w := spec.MuteWindow{Stack: "production", Name: name, Intervals: []spec.TimeInterval{{Weekdays: []string{"sunday"}}}}
		spec.WithDefaults(&w)
		for _, o := range []spec.Object{&c, &w, &spec.NotificationTemplate{Stack: "production", Name: name, Content: "{{ .Status }} " + name}} {
			state.Put(o)
		}
	}
	return state
}

func rendered(t *testing.T, state spec.State) string {
	t.Helper()
	files, err := alertmanager.New().Render(componenttest.GoldenInput(componenttest.Input(t, state)))
	if err != nil {
		t.Fatal(err)
	}
	return string(files["alertmanager.yml"].Data)
}

// The order in which objects were created leaves no trace.
func TestRenderIsIndependentOfCreation(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	whole := everyKind()
	want := rendered(t, whole)
	objects := whole.Objects()
	for range 20 {
		random.Shuffle(len(objects), func(i, k int) { objects[i], objects[k] = objects[k], objects[i] })
		state := spec.State{Stack: whole.Stack}
		for _, o := range objects {
			state.Put(o)
		}
		if diff := cmp.Diff(want, rendered(t, state)); diff != "" {
			t.Fatal(diff)
		}
	}
}

// Without an object that nobody refers to, what is left stays as it is, and where
// it is.
func TestWithoutAnObjectTheOthersStay(t *testing.T) {
	whole := everyKind()
	before := strings.Split(rendered(t, whole), "\n")
	kinds := map[spec.Kind]bool{}
	for _, victim := range whole.Objects() {
		if c, ok := victim.(*spec.Channel); ok && c.Default || len(whole.Uses(victim.Kind(), victim.ObjectName())) > 0 {
			continue // the root is everybody's, and what is in use stays
		}
		state := whole.Clone()
		state.Delete(victim.Kind(), victim.ObjectName())
		rest := before
		for _, line := range strings.Split(rendered(t, state), "\n") {
			at := slices.Index(rest, line)
			if at < 0 {
				t.Errorf("without %s %s there is %q, or it is elsewhere", victim.Kind(), victim.ObjectName(), line)
				break
			}
			kinds[victim.Kind()] = kinds[victim.Kind()] || at > 0
			rest = rest[at+1:]
		}
	}
	for _, kind := range []spec.Kind{spec.KindChannel, spec.KindRoute, spec.KindMuteWindow, spec.KindCorrelation, spec.KindEscalationPolicy, spec.KindNotificationTemplate} {
		if !kinds[kind] {
			t.Errorf("without no %s anything changed", kind)
		}
	}
}

// TestRoutesLeadToTheRightChannel asks amtool where alerts go.
func TestRoutesLeadToTheRightChannel(t *testing.T) {
	c := alertmanager.New()
	amtool := componenttest.Tool(t, component.Alertmanager, version, "amtool")
	tests := []struct {
		state  string
		labels []string
		want   string
	}{
		{"everything", []string{"team=none"}, "slack"},
		{"everything", []string{"severity=critical"}, "oncall"},
		{"everything", []string{"severity=critical", "team=db"}, "oncall,pager"},
		{"everything", []string{"severity=warning", "team=api"}, "mail"},
		{"everything", []string{"alertname=Watchdog", "severity=none"}, "opp-null"},
		{"everything", []string{"alertname=Watchdog", "severity=none", "team=web"}, "mail"},
		{"everything", []string{"team=database"}, "pager"},
		{"everything", []string{"team=database", "severity=info"}, "mail"},
		{"everything", []string{"team=database", "severity=info", "cluster=b"}, "mail,pager"},
		{"everything", []string{"team=database", "severity=critical", "cluster=a"}, "oncall,chat"},
		{"minimal", []string{"severity=critical"}, "opp-null"},
		{"paused", []string{"team=ops"}, "all"},
	}
	for _, tt := range tests {
		t.Run(tt.state+" "+strings.Join(tt.labels, " "), func(t *testing.T) {
			in := componenttest.Input(t, componenttest.States()[tt.state])
			componenttest.Publish(t, c, in)
			componenttest.Run(t, amtool, append([]string{
				"config", "routes", "test", "--config.file=" + filepath.Join(in.ConfigDir, "alertmanager.yml"),
				"--verify.receivers=" + tt.want,
			}, tt.labels...)...)
		})
	}
}

func TestRenderRefuses(t *testing.T) {
	tests := map[string]struct {
		change func(*spec.Channel)
		want   string
	}{
		"no kind":  {func(c *spec.Channel) { c.Webhook = nil }, `cannot render notification channel "x": it is of 0 kinds`},
		"reserved": {func(c *spec.Channel) { c.Name = "opp-null" }, `the name "opp-null" is reserved`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			channel := componenttest.Webhook("x")
			tt.change(&channel)
			_, err := alertmanager.New().Render(component.Input{State: spec.State{Channels: []spec.Channel{channel}}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCheckCarriesTheParsersWords(t *testing.T) {
	c := alertmanager.New()
	for matcher, want := range map[string]string{"severity": "bad matcher", `a=~"("`: "missing closing )"} {
		in := componenttest.Input(t, spec.State{Channels: []spec.Channel{componenttest.Webhook("x", matcher)}})
		files, err := c.Render(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Check(in, files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", matcher, err, want)
		}
	}
}

// Names of inhibitions are younger than the oldest release that is supported.
func TestInhibitionsOfOldReleasesHaveNoNames(t *testing.T) {
	state := componenttest.Everything()
	state.Stack.Alertmanager.Version = "0.29.0"
	files, err := alertmanager.New().Render(component.Input{State: state})
	if err != nil {
		t.Fatal(err)
	}
	if text := string(files["alertmanager.yml"].Data); strings.Contains(text, "name: node-down") || !strings.Contains(text, "- source_matchers:") {
		t.Errorf("rendered for 0.29.0:\n%s", text)
	}
}

func TestTheOldestReleaseKnowsWhatItIsGiven(t *testing.T) {
	in := componenttest.Input(t, componenttest.Everything())
	am := &in.State.Stack.Alertmanager
	am.Version, am.Replicas, am.ExternalURL = "0.25.0", 2, "https://example.com/alerts"
	componenttest.KnownToOldest(t, alertmanager.New(), in)
}

func TestLaunchWithAnExternalURL(t *testing.T) {
	in := componenttest.GoldenInput(componenttest.Input(t, componenttest.Everything()))
	in.State.Stack.Alertmanager.ExternalURL = "https://example.com/alerts"
	launch, err := alertmanager.New().Launch(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"--web.external-url=https://example.com/alerts", "--web.route-prefix=/"} {
		if !slices.Contains(launch.Args, want) {
			t.Errorf("%q is not among %q", want, launch.Args)
		}
	}
}

func TestLaunch(t *testing.T) {
	in := componenttest.GoldenInput(componenttest.Input(t, componenttest.Everything()))
	in.State.Stack.Alertmanager.Retention = "5d"
	launch, err := alertmanager.New().Launch(in)
	if err != nil {
		t.Fatal(err)
	}
	want := component.Launch{
		Args: []string{
			"--config.file=" + filepath.Join("/opp/config", "alertmanager.yml"), "--storage.path=/opp/data",
			"--web.listen-address=127.0.0.1:9093", "--cluster.listen-address=", "--data.maintenance-interval=1m",
			"--enable-feature=receiver-name-in-metrics", "--data.retention=120h0m0s",
		},
		Listen: []string{"127.0.0.1:9093"},
	}
	if diff := cmp.Diff(want, launch); diff != "" {
		t.Error(diff)
	}
}
