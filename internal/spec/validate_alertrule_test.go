package spec_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundRule() spec.AlertRule {
	rule := spec.AlertRule{
		Stack:       "production",
		Name:        "api-down",
		Alert:       "ServiceDown",
		Group:       "availability",
		Expr:        `up{job="api"} == 0`,
		For:         "1m",
		Severity:    spec.SeverityCritical,
		Summary:     "{{ $labels.instance }} is down",
		Description: "It is {{ $value | humanize }}.\nSee {{ externalURL }}.",
		RunbookURL:  "https://example.com/runbooks/api-down",
	}
	spec.WithDefaults(&rule)
	return rule
}

func TestSoundAlertRules(t *testing.T) {
	accept(t, soundRule, map[string]func(*spec.AlertRule){
		"everything":              func(*spec.AlertRule) {},
		"several lines of PromQL": func(r *spec.AlertRule) { r.Expr = "sum by (job) (\n  rate(errors_total[5m])\n) # comment\n> 1" },
		"logs": func(r *spec.AlertRule) {
			r.Source, r.Expr = "logs", "# all\n(sum by (service) (rate({service=\"api\"} |= `error` | json [5m])) > 1)"
		},
		"scalar":                func(r *spec.AlertRule) { r.Expr = "1" },
		"alert with spaces":     func(r *spec.AlertRule) { r.Alert = "Dienst fällt aus" },
		"no severity":           func(r *spec.AlertRule) { r.Severity = "" },
		"severity of one's own": func(r *spec.AlertRule) { r.Severity, r.Labels["severity"] = "", "page" },
		"template in a label":   func(r *spec.AlertRule) { r.Labels["team"] = `{{ $labels.team | title }}` },
		"query in an annotation": func(r *spec.AlertRule) {
			r.Annotations["top"] = `{{ with query "up" }}{{ . | first | value }}{{ end }}`
		},
		"template in the runbook":  func(r *spec.AlertRule) { r.RunbookURL = "https://example.com/{{ $labels.job }}" },
		"braces in the text":       func(r *spec.AlertRule) { r.Summary = "} {" },
		"summary as an annotation": func(r *spec.AlertRule) { r.Summary, r.Annotations["summary"] = "", "x" },
		"group with a space":       func(r *spec.AlertRule) { r.Group = "node / disks" },
	})
}

func TestAlertRuleMistakes(t *testing.T) {
	try(t, soundRule, []mistake[spec.AlertRule]{
		{"bad stack", func(r *spec.AlertRule) { r.Stack = "Prod" }, "stack", `"Prod" is not a stack name`},
		{"name with a space", func(r *spec.AlertRule) { r.Name = "api down" }, "name", `"api down" is not a name for an alert rule`},
		{"empty alert", func(r *spec.AlertRule) { r.Alert = "" }, "alert", "is empty"},
		{"empty group", func(r *spec.AlertRule) { r.Group = "" }, "group", "is empty"},
		{"reserved group", func(r *spec.AlertRule) { r.Group = "opp-self-monitoring" }, "group", "reserved"},
		{"group interval", func(r *spec.AlertRule) { r.GroupInterval = "1 minute" }, "group_interval", `"1 minute" is not a duration`},
		{"group interval zero", func(r *spec.AlertRule) { r.GroupInterval = "0s" }, "group_interval", "longer than zero"},
		{"unknown source", func(r *spec.AlertRule) { r.Source = "traces" }, "source", `"traces" is not a value`},
		{"LogQL over metrics", func(r *spec.AlertRule) { r.Expr = `rate({a="b"} |= "c" [5m])` }, "expr", "is not PromQL"},
		{"empty LogQL", func(r *spec.AlertRule) { r.Source, r.Expr = "logs", " " }, "expr", "expr is empty"},
		{"keeping alerts over logs", func(r *spec.AlertRule) {
			r.Source, r.Expr, r.KeepFiringFor = "logs", `rate({a="b"}[1m]) > 1`, "5m"
		}, "keep_firing_for", "no effect on rules over logs"},
		{"log selector", func(r *spec.AlertRule) { r.Source, r.Expr = "logs", "# x\n ( {a=\"b\"} |= \"c\")" }, "expr", "no alert can be made of"},
		{"empty expr", func(r *spec.AlertRule) { r.Expr = " \n" }, "expr", "expr is empty"},
		{"expr that does not parse", func(r *spec.AlertRule) { r.Expr = "up ==" }, "expr", "1:6: parse error: unexpected end of input"},
		{"second line does not parse", func(r *spec.AlertRule) { r.Expr = "up\n  == )" }, "expr", "2:7: parse error"},
		{"unknown PromQL function", func(r *spec.AlertRule) { r.Expr = "rates(up[5m])" }, "expr", `unknown function with name "rates"`},
		{"range vector", func(r *spec.AlertRule) { r.Expr = "up[5m]" }, "expr", "is a range vector"},
		{"string", func(r *spec.AlertRule) { r.Expr = `"up"` }, "expr", "is a string"},
		{"for without a unit", func(r *spec.AlertRule) { r.For = "5" }, "for", `"5" is not a duration`},
		{"negative for", func(r *spec.AlertRule) { r.For = "-5m" }, "for", "is not a duration"},
		{"keep_firing_for", func(r *spec.AlertRule) { r.KeepFiringFor = "always" }, "keep_firing_for", `"always" is not a duration`},
		{"severity", func(r *spec.AlertRule) { r.Severity = "Critical" }, "severity", `"Critical" is not a severity`},
		{"summary that does not parse", func(r *spec.AlertRule) { r.Summary = "{{ $labels.instance" }, "summary", "unclosed action"},
		{"undefined function", func(r *spec.AlertRule) { r.Summary = "{{ $value | humanise }}" }, "summary", `function "humanise" not defined`},
		{"undefined variable", func(r *spec.AlertRule) { r.Description = "{{ $label.instance }}" }, "description", `undefined variable "$label"`},
		{"function of the other server", func(r *spec.AlertRule) { r.Description = "{{ $value | toJson }}" }, "description", `"toJson" not defined`},
		{"runbook without scheme", func(r *spec.AlertRule) { r.RunbookURL = "example.com/x" }, "runbook_url", "is not an http or https URL"},
		{"runbook with another scheme", func(r *spec.AlertRule) { r.RunbookURL = "javascript:alert(1)" }, "runbook_url", "is not an http or https URL"},
		{"runbook without host", func(r *spec.AlertRule) { r.RunbookURL = "https:///x" }, "runbook_url", "has no host"},
		{"template in the runbook", func(r *spec.AlertRule) { r.RunbookURL = "https://a/{{ nope }}" }, "runbook_url", `"nope" not defined`},
		{"label name", func(r *spec.AlertRule) { r.Labels["a-b"] = "x" }, "labels.a-b", `"a-b" is not a label name`},
		{"alertname", func(r *spec.AlertRule) { r.Labels["alertname"] = "x" }, "labels.alertname", "cannot be set"},
		{"severity twice", func(r *spec.AlertRule) { r.Labels["severity"] = "page" }, "labels.severity", "already set by the attribute severity"},
		{"template in a label", func(r *spec.AlertRule) { r.Labels["a"] = "{{ nope }}" }, "labels.a", `"nope" not defined`},
		{"annotation name", func(r *spec.AlertRule) { r.Annotations["a b"] = "x" }, "annotations.a b", `"a b" is not an annotation name`},
		{"summary twice", func(r *spec.AlertRule) { r.Annotations["summary"] = "x" }, "annotations.summary", "already set by the attribute summary"},
		{"description twice", func(r *spec.AlertRule) { r.Annotations["description"] = "x" }, "annotations.description", "already set"},
		{"runbook twice", func(r *spec.AlertRule) { r.Annotations["runbook_url"] = "x" }, "annotations.runbook_url", "already set"},
		{"template in an annotation", func(r *spec.AlertRule) { r.Annotations["a"] = "{{ end }}" }, "annotations.a", "unexpected {{end}}"},
	})
}

func TestAllProblemsOfAnObjectAreReported(t *testing.T) {
	rule := soundRule()
	rule.Name, rule.Expr, rule.For, rule.Severity = "", "(", "x", "y"
	var paths []string
	for _, e := range rule.Validate() {
		paths = append(paths, e.Path)
	}
	want := []string{"name", "expr", "for", "severity"}
	if len(paths) != len(want) {
		t.Fatalf("got %v, want %v", paths, want)
	}
	for i := range want {
		if paths[i] != want[i] {
			t.Errorf("got %v, want %v", paths, want)
		}
	}
}

func BenchmarkAlertRuleValidate(b *testing.B) {
	rule := soundRule()
	b.ReportAllocs()
	for b.Loop() {
		if errs := rule.Validate(); len(errs) > 0 {
			b.Fatal(errs)
		}
	}
}
