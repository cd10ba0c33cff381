package spec_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestDefaultsOfAnEmptyStackAreDefaultStack(t *testing.T) {
	want := spec.DefaultStack("a")
	got := spec.Stack{Name: "a", SelfMonitoring: true}
	got.Alertmanager.SeverityInhibition = true
	defaults := want.Components()
	for i, c := range got.Components() {
		c.Enabled, c.Port = defaults[i].Enabled, defaults[i].Port
	}
	spec.WithDefaults(&got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDefaultsKeepWhatWasGiven(t *testing.T) {
	off := spec.Stack{Name: "a"}
	spec.WithDefaults(&off)
	if off.SelfMonitoring || off.Prometheus.Enabled || off.Prometheus.Port != 0 || off.Alertmanager.Enabled || off.NodeExporter.Port != 0 {
		t.Errorf("false or 0 became a default: %+v", off)
	}
	rule := spec.AlertRule{Name: "a", Source: "logs", Alert: "B", Group: "c", For: "1m", KeepFiringFor: "2m", Labels: map[string]string{"d": "e"}}
	want := rule
	want.Annotations = map[string]string{}
	spec.WithDefaults(&rule)
	if diff := cmp.Diff(want, rule); diff != "" {
		t.Error(diff)
	}
}

func TestDefaultsOfFragments(t *testing.T) {
	rule := spec.AlertRule{Name: "api-down"}
	spec.WithDefaults(&rule)
	if rule.Alert != "api-down" || rule.Group != "default" || rule.For != "0s" || rule.KeepFiringFor != "0s" {
		t.Errorf("got %+v", rule)
	}
	job := spec.ScrapeJob{Name: "a"}
	spec.WithDefaults(&job)
	if job.MetricsPath != "/metrics" || job.Scheme != "http" {
		t.Errorf("got %+v", job)
	}
}

// A list or map that is sometimes null and sometimes empty would be a
// difference where there is none.
func TestDefaultsLeaveNoNullInJSON(t *testing.T) {
	for _, o := range []spec.Object{
		&spec.Stack{},
		&spec.ScrapeJob{Params: map[string][]string{"a": nil}, MetricRelabel: []spec.RelabelRule{{}}},
		&spec.AlertRule{},
		&spec.Channel{Email: &spec.Email{}},
		&spec.Route{},
		&spec.Correlation{Dependency: &spec.Dependency{}},
		&spec.MuteWindow{Intervals: []spec.TimeInterval{{}}},
		&spec.LogSource{
			Files: &spec.LogFiles{}, Journald: &spec.LogJournald{}, Docker: &spec.LogDocker{}, OTLP: &spec.LogOTLP{},
			Parse: spec.LogParse{Severity: &spec.LogSeverity{}}, Samples: []spec.LogSample{{}},
		},
		&spec.LogRetention{},
	} {
		spec.WithDefaults(o)
		once, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(once), "null") {
			t.Errorf("%s has a null: %s", o.Kind().Noun(), once)
		}
		spec.WithDefaults(o)
		if twice, _ := json.Marshal(o); string(twice) != string(once) {
			t.Errorf("defaults are not idempotent: %s, then %s", once, twice)
		}
	}
}
