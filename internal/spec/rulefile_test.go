package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const ruleFile = `
groups:
  - name: availability
    interval: 60s
    labels: {team: platform, severity: info}
    rules:
      - alert: ServiceDown
        expr: up == 0
        for: 1m
        keep_firing_for: 5m
        labels: {severity: critical}
        annotations:
          summary: '{{ $labels.instance }} is down'
          description: Look at it.
          runbook_url: https://example.com/down
          dashboard: x
      - alert: ServiceDown
        expr: absent(up)
        labels: {severity: page}
  - name: node / disks
    rules:
      - alert: Disk full!
        expr: disk > 0.9
        annotations: {runbook_url: wiki/disks.md}
      - alert: Disk gone
        expr: absent(disk)
        annotations: {runbook_url: 'https://example.com/{{ $labels.alertname }}'}
`

func TestParseRuleFile(t *testing.T) {
	got, err := spec.ParseRuleFile([]byte(ruleFile))
	if err != nil {
		t.Fatal(err)
	}
	none := map[string]string{}
	want := []spec.AlertRule{
		{
			Name: "availability-ServiceDown", Source: spec.SourceMetrics, Alert: "ServiceDown", Group: "availability", GroupInterval: "1m", Order: 1,
			Expr: "up == 0", For: "1m", KeepFiringFor: "5m", Severity: "critical", Summary: "{{ $labels.instance }} is down",
			Description: "Look at it.", RunbookURL: "https://example.com/down",
			Labels: map[string]string{"team": "platform"}, Annotations: map[string]string{"dashboard": "x"},
		},
		{
			Name: "availability-ServiceDown-2", Source: spec.SourceMetrics, Alert: "ServiceDown", Group: "availability", GroupInterval: "1m", Order: 2,
			Expr: "absent(up)", For: "0s", KeepFiringFor: "0s",
			Labels: map[string]string{"team": "platform", "severity": "page"}, Annotations: none,
		},
		{
			Name: "node-disks-Disk-full", Source: spec.SourceMetrics, Alert: "Disk full!", Group: "node / disks", Order: 1,
			Expr: "disk > 0.9", For: "0s", KeepFiringFor: "0s", Labels: none, Annotations: map[string]string{"runbook_url": "wiki/disks.md"},
		},
		{
			Name: "node-disks-Disk-gone", Source: spec.SourceMetrics, Alert: "Disk gone", Group: "node / disks", Order: 2,
			Expr: "absent(disk)", For: "0s", KeepFiringFor: "0s", RunbookURL: "https://example.com/{{ $labels.alertname }}", Labels: none, Annotations: none,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, r := range got {
		r.Stack = "production"
		if errs := r.Validate(); len(errs) > 0 {
			t.Errorf("%s: %v", r.Name, errs)
		}
	}
}

func TestParseRuleFileWithoutRules(t *testing.T) {
	for _, content := range []string{"", "groups: []", "groups: [{name: a}]"} {
		if rules, err := spec.ParseRuleFile([]byte(content)); err != nil || rules == nil || len(rules) > 0 {
			t.Errorf("%q: got %v, %v; want an empty list", content, rules, err)
		}
	}
}

func TestDerivedNamesAreUniqueAndValid(t *testing.T) {
	var file strings.Builder
	file.WriteString("groups:\n- name: g\n  rules:\n")
	for _, alert := range []string{"A", "A", "A-2", "A", "Ä", "Ö", strings.Repeat("x", 300), strings.Repeat("x", 301)} {
		file.WriteString("  - {alert: " + alert + ", expr: up}\n")
	}
	file.WriteString("- name: '...'\n  rules:\n  - {alert: '!', expr: up}\n  - {alert: '?', expr: up}\n")
	rules, err := spec.ParseRuleFile([]byte(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rules {
		got = append(got, strings.ReplaceAll(r.Name, strings.Repeat("x", 118), "<x>"))
		r.Stack = "production"
		if errs := r.Validate(); len(errs) > 0 {
			t.Errorf("%s: %v", r.Name, errs)
		}
	}
	want := []string{"g-A", "g-A-2", "g-A-2-2", "g-A-3", "g", "g-2", "g-<x>", "g-<x>-2", "rule", "rule-2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRuleFilesThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ content, message string }{
		"not YAML":           {"groups: [", "cannot parse rule file"},
		"not a rule file":    {"a: b", "field a not found"},
		"unknown field":      {"groups: [{name: a, rules: [{alert: A, expr: up, foo: b}]}]", "field foo not found"},
		"PromQL":             {"groups: [{name: a, rules: [{alert: A, expr: 'up =='}]}]", `group "a", rule 1, "A"`},
		"template":           {"groups: [{name: a, rules: [{alert: A, expr: up, annotations: {b: '{{ nope }}'}}]}]", `"nope" not defined`},
		"no alert":           {"groups: [{name: a, rules: [{expr: up}]}]", "one of 'record' or 'alert' must be set"},
		"group twice":        {"groups: [{name: a}, {name: a}]", "repeated"},
		"two documents":      {"groups: []\n---\ngroups: []\n", "must be one YAML document"},
		"recording rules":    {"groups: [{name: g, rules: [{record: 'a:b', expr: up}, {record: 'c:d', expr: up}]}]", `recording rule "c:d"`},
		"limit":              {"groups: [{name: g, limit: 3}]", `group "g" sets limit`},
		"query offset":       {"groups: [{name: g, query_offset: 1m}]", `group "g" sets query_offset`},
		"duration":           {"groups: [{name: g, rules: [{alert: A, expr: up, for: soon}]}]", "not a valid duration string"},
		"invalid UTF-8":      {"groups: [{name: \"\xff\"}]", "cannot parse rule file"},
		"list of other type": {"groups: 3", "cannot unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			rules, err := spec.ParseRuleFile([]byte(test.content))
			if err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, %v; want an error with %q", rules, err, test.message)
			}
		})
	}
}
