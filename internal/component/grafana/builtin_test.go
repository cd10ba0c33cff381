package grafana_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/prometheus"
	lint "github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// builtIn is the dashboard about the stack itself.
func builtIn(t *testing.T, in component.Input) string {
	t.Helper()
	return componenttest.BuiltInDashboard(t, grafana.New(), in)
}

func TestBuiltInDashboard(t *testing.T) {
	const base = "Targets up, Ingestion rate, Head series, Rule evaluation time, Notifications sent and failed, Reloads, " +
		"Disk against limit, Supervisor restarts"
	const logs = ", Logs, Log lines received, Log volume received, Logs discarded, Log streams, Retention applied, Rules over logs"
	const collector = ", Collector queue against capacity, Collector deliveries"
	for name, test := range map[string]struct {
		with []string
		want string
	}{
		"metrics only":       {nil, base},
		"Loki":               {[]string{component.Loki}, base + logs},
		"Loki and collector": {[]string{component.Loki, component.Collector}, base + logs + collector},
	} {
		t.Run(name, func(t *testing.T) {
			in := golden(t, componenttest.Everything())
			delete(in.Addresses, component.Loki)
			delete(in.Addresses, component.Collector)
			for _, with := range test.with {
				in.Addresses[with] = "127.0.0.1:1"
			}
			text := builtIn(t, in)
			var model struct{ Panels []struct{ Title string } }
			unmarshal(t, text, &model)
			var titles []string
			for _, panel := range model.Panels {
				titles = append(titles, panel.Title)
			}
			if got := strings.Join(titles, ", "); got != test.want {
				t.Errorf("panels %s, want %s", got, test.want)
			}
			parsed, err := lint.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			// Queries that do not parse, panels that overlap, ids that recur.
			for _, problem := range lint.Lint(parsed, lint.Context{
				UID: "opp-monitoring-stack", DefaultType: "prometheus", DataSources: map[string]string{"prometheus": "prometheus"},
			}) {
				t.Errorf("%s: %s", problem.Path, problem.Message)
			}
		})
	}
	in := golden(t, componenttest.Everything())
	in.State.Stack.SelfMonitoring = false
	if got := grafana.New().Published(in); len(got) != len(in.State.Dashboards) {
		t.Errorf("without self-monitoring %d objects are published", len(got))
	}
}

// TestBuiltInDashboardAsksForMetricsThatExist protects the panels from names that
// upstream never had or gave up: they would stay empty. The tests of
// self-monitoring do so for those about logs, where everything is made to happen.
func TestBuiltInDashboardAsksForMetricsThatExist(t *testing.T) {
	stack := spec.DefaultStack("production")
	stack.Prometheus.ScrapeInterval = "1s" // some appear with the first scrape, some with a receiver
	in := componenttest.Input(t, spec.State{Stack: stack, Channels: []spec.Channel{componenttest.Webhook("oncall")}})
	running := map[string]string{}
	for _, c := range []struct {
		component.Component
		version string
	}{{prometheus.New(), stack.Prometheus.Version}, {alertmanager.New(), stack.Alertmanager.Version}} {
		own := componenttest.Input(t, in.State)
		own.Addresses = in.Addresses
		componenttest.Publish(t, c, own)
		componenttest.Start(t, c, own, componenttest.Tool(t, c.Name(), c.version, c.Name()))
		running["opp-"+c.Name()] = in.Addresses[c.Name()]
	}
	for _, selector := range selectors(t, builtIn(t, in)) {
		name, job := matched(selector, model.MetricNameLabel), matched(selector, "job")
		switch {
		case name == "up", job == "opp-supervisor": // which is not a component
		case running[job] == "":
			t.Errorf("%s is of job %q, which does not exist", name, job)
		default:
			t.Log(job, name)
			componenttest.Eventually(t, func() bool { return exposes(t, running[job], name) })
		}
	}
}

// selectors are those of all queries of a dashboard.
func selectors(t *testing.T, text string) [][]*labels.Matcher {
	t.Helper()
	var model struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	unmarshal(t, text, &model)
	var all [][]*labels.Matcher
	for _, panel := range model.Panels {
		for _, target := range panel.Targets {
			expr, err := parser.NewParser(parser.Options{}).ParseExpr(target.Expr)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, parser.ExtractSelectors(expr)...)
		}
	}
	return all
}

// exposes tells whether a component has a metric of that name, which may be a pattern.
func exposes(t *testing.T, address, name string) bool {
	t.Helper()
	metrics, err := probe.New().Metrics(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile("^(" + name + ")$")
	for known := range metrics {
		if form.MatchString(known) {
			return true
		}
	}
	return false
}

func matched(selector []*labels.Matcher, name string) string {
	i := slices.IndexFunc(selector, func(m *labels.Matcher) bool { return m.Name == name })
	if i < 0 {
		return ""
	}
	return selector[i].Value
}
