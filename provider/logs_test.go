package provider_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server/servertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const (
	source    = "opp_log_source.api"
	retention = "opp_log_retention.audit"
	logStack  = `
resource "opp_monitoring_stack" "main" {
  name      = "production"
  loki      = {}
  collector = {}
}
`
)

// child is a resource of the stack with these attributes.
func child(address, name string, attributes map[string]string) string {
	kind, label, _ := strings.Cut(address, ".")
	text := fmt.Sprintf("resource %q %q {\n  stack = opp_monitoring_stack.main.name\n  name = %q\n", kind, label, name)
	for _, attribute := range slices.Sorted(maps.Keys(attributes)) {
		text += fmt.Sprintf("  %s = %s\n", attribute, attributes[attribute])
	}
	return text + "}\n"
}

func logSource(attributes map[string]string) string {
	return child(source, "api", attributes)
}

func logRetention(attributes map[string]string) string {
	all := map[string]string{"selector": `"{service=\"audit\"}"`, "period": `"90d"`}
	maps.Copy(all, attributes)
	return child(retention, "audit", all)
}

func updates(address string, checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append(checks, plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))}
}

// Every attribute of a log source, changed alone and in place, reaches the
// control plane; what comes back leaves the plan empty.
func TestLogSourceAttributes(t *testing.T) {
	t.Parallel()
	f := &fake{}
	attributes := map[string]string{"files": `{ include = ["/var/log/api/*.log"] }`}
	steps := []resource.TestStep{{
		Config: logStack + logSource(attributes),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectKnownValue(source, tfjsonpath.New("files").AtMapKey("start_at"), knownvalue.StringExact("end")),
			plancheck.ExpectKnownValue(source, tfjsonpath.New("parse").AtMapKey("format"), knownvalue.StringExact("none")),
			plancheck.ExpectKnownValue(source, tfjsonpath.New("samples"), knownvalue.ListSizeExact(0)),
			plancheck.ExpectKnownValue(source, tfjsonpath.New("labels"), knownvalue.MapSizeExact(0)),
		}},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(source, tfjsonpath.New("id"), knownvalue.StringExact("production/api")),
			statecheck.ExpectKnownValue(source, tfjsonpath.New("journald"), knownvalue.Null()),
		},
	}}
	last := func() spec.LogSource {
		puts := f.puts("api")
		return *puts[len(puts)-1].Object.(*spec.LogSource)
	}
	check := func(what string, sent func(spec.LogSource) bool) func() {
		return func() {
			if s := last(); !sent(s) {
				t.Errorf("%s was sent as %+v", what, s)
			}
		}
	}
	var before func()
	for _, change := range []struct {
		attribute, value string
		sent             func(spec.LogSource) bool
	}{
		{"files", `{ include = ["/var/log/api/*.log", "/srv/*.log"], exclude = ["/srv/x.log"], start_at = "beginning" }`, func(s spec.LogSource) bool {
			return len(s.Files.Include) == 2 && len(s.Files.Exclude) == 1 && s.Files.StartAt == "beginning"
		}},
		{"labels", `{ service = "api" }`, func(s spec.LogSource) bool { return s.Labels["service"] == "api" }},
		{"parse", `{ format = "json" }`, func(s spec.LogSource) bool { return s.Parse.Format == "json" && s.Parse.Severity == nil }},
		{"label_fields", `{ env = "env" }`, func(s spec.LogSource) bool { return s.LabelFields["env"] == "env" }},
		{"parse", `{ format = "json", timestamp = { field = "ts", layout = "s.ms" }, severity = { field = "level" } }`, func(s spec.LogSource) bool {
			return s.Parse.Timestamp.Layout == "s.ms" && s.Parse.Severity.Field == "level" && len(s.Parse.Severity.Mapping) == 0
		}},
		{"parse", `{ format = "regex", pattern = "^(?P<ts>\\S+) (?P<level>\\S+) (?P<env>\\S+)", timestamp = { field = "ts", layout = "%H:%M", location = "Europe/Berlin" }, severity = { field = "level", mapping = { error = ["E"] } } }`,
			func(s spec.LogSource) bool {
				return s.Parse.Timestamp.Location == "Europe/Berlin" && s.Parse.Severity.Mapping["error"][0] == "E" && strings.HasPrefix(s.Parse.Pattern, `^(?P<ts>\S+)`)
			}},
		{"multiline", `{ line_start_pattern = "^\\d" }`, func(s spec.LogSource) bool { return s.Multiline.LineStartPattern == `^\d` }},
		{"multiline", `{ line_end_pattern = ";$" }`, func(s spec.LogSource) bool {
			return s.Multiline.LineEndPattern == ";$" && s.Multiline.LineStartPattern == ""
		}},
		{"drop", `["severity == \"debug\""]`, func(s spec.LogSource) bool { return len(s.Drop) == 1 }},
		{"samples", `[{ line = "12:00 E x;", expect = { severity = "error", attributes = { env = "x;" } } }]`, func(s spec.LogSource) bool {
			return len(s.Samples) == 1 && s.Samples[0].Expect.Severity == "error" && s.Samples[0].Expect.Attributes["env"] == "x;"
		}},
	} {
		attributes[change.attribute] = change.value
		steps = append(steps, resource.TestStep{PreConfig: before, Config: logStack + logSource(attributes), ConfigPlanChecks: updates(source)})
		before = check(change.attribute, change.sent)
	}
	steps = append(steps,
		resource.TestStep{PreConfig: before, ResourceName: source, ImportState: true, ImportStateId: "production/api", ImportStateVerify: true},
		resource.TestStep{Config: logStack + logSource(map[string]string{"journald": `{ units = ["nginx.service"] }`}), ConfigPlanChecks: updates(source,
			plancheck.ExpectKnownValue(source, tfjsonpath.New("files"), knownvalue.Null()),
			plancheck.ExpectKnownValue(source, tfjsonpath.New("journald").AtMapKey("priority"), knownvalue.StringExact("info")))},
		resource.TestStep{Config: logStack + logSource(map[string]string{"docker": `{}`}), ConfigPlanChecks: updates(source,
			plancheck.ExpectKnownValue(source, tfjsonpath.New("docker").AtMapKey("directory"), knownvalue.StringExact(spec.DockerDirectory)))},
		resource.TestStep{Config: logStack + logSource(map[string]string{"otlp": `{ match = { "service.name" = "api" } }`}), ConfigPlanChecks: updates(source)},
		resource.TestStep{PreConfig: check("match", func(s spec.LogSource) bool { return s.OTLP.Match["service.name"] == "api" && s.Docker == nil }),
			ResourceName: source, ImportState: true, ImportStateId: "production/api", ImportStateVerify: true},
		resource.TestStep{Config: logStack + child(source, "other", map[string]string{"otlp": "{}"}), ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(source, plancheck.ResourceActionReplace)},
		}},
	)
	f.test(t, steps...)
	if names, err := f.Stacks(t.Context()); err != nil || len(names) != 0 {
		t.Errorf("stacks left after destroy: %v (%v)", names, err)
	}
}

// Null, {} and [] mean the same; what the user wrote stays.
func TestLogSourceNullAndEmpty(t *testing.T) {
	t.Parallel()
	with := func(attributes map[string]string) string {
		all := map[string]string{"files": `{ include = ["/a"] }`}
		maps.Copy(all, attributes)
		return logStack + logSource(all)
	}
	(&fake{}).test(t,
		resource.TestStep{Config: with(map[string]string{"labels": "{}", "label_fields": "{}", "drop": "[]", "samples": "[]", "parse": "{}"})},
		resource.TestStep{Config: with(map[string]string{"labels": "null", "label_fields": "null", "drop": "null", "samples": "null", "parse": "null"}), PlanOnly: true},
		resource.TestStep{Config: with(map[string]string{"multiline": "null", "journald": "null", "parse": `{ format = null, severity = null, pattern = null }`}), PlanOnly: true},
		resource.TestStep{Config: with(map[string]string{
			"parse":   `{ format = "logfmt", pattern = "", severity = { field = "level", mapping = {} } }`,
			"samples": `[{ line = "a=", expect = { timestamp = "", severity = "" } }, { line = "a", expect = {} }]`,
		}), ExpectNonEmptyPlan: false},
		resource.TestStep{Config: with(map[string]string{
			"parse":   `{ format = "logfmt", pattern = "", severity = { field = "level", mapping = null } }`,
			"samples": `[{ line = "a=", expect = { timestamp = "", severity = "", attributes = {} } }, { line = "a", expect = { dropped = false, body = null } }]`,
		}), PlanOnly: true},
	)
}

func TestLogRetentionLifecycle(t *testing.T) {
	t.Parallel()
	f := &fake{}
	effective, oldest := tfjsonpath.New("effective"), tfjsonpath.New("oldest_entry")
	asked := []plancheck.PlanCheck{plancheck.ExpectUnknownValue(retention, effective), plancheck.ExpectUnknownValue(retention, oldest)}
	last := func(want spec.LogRetention) func() {
		return func() {
			t.Helper()
			puts := f.puts("audit")
			if got := *puts[len(puts)-1].Object.(*spec.LogRetention); got != want {
				t.Errorf("sent %+v, want %+v", got, want)
			}
		}
	}
	sent := spec.LogRetention{Stack: "production", Name: "audit", Selector: `{service="audit"}`, Period: "90d"}
	longer, first, other := sent, sent, sent
	longer.Period = "91d"
	first.Period, first.Priority = "91d", 5
	other.Period, other.Priority, other.Selector = "91d", 5, `{service=~"a.*"}`
	f.test(t,
		resource.TestStep{
			Config: logStack + logRetention(nil),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: append(asked,
				plancheck.ExpectKnownValue(retention, tfjsonpath.New("priority"), knownvalue.Int64Exact(0)))},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(retention, effective, knownvalue.Bool(true)),
				statecheck.ExpectKnownValue(retention, oldest, knownvalue.StringExact(oldestEntry)),
				statecheck.ExpectKnownValue(retention, tfjsonpath.New("id"), knownvalue.StringExact("production/audit")),
			},
		},
		resource.TestStep{PreConfig: last(sent), ResourceName: retention, ImportState: true, ImportStateId: "production/audit", ImportStateVerify: true},
		resource.TestStep{Config: logStack + logRetention(map[string]string{"period": `"91d"`}), ConfigPlanChecks: updates(retention, asked...)},
		resource.TestStep{PreConfig: last(longer), Config: logStack + logRetention(map[string]string{"period": `"91d"`, "priority": "5"}), ConfigPlanChecks: updates(retention, asked...)},
		resource.TestStep{PreConfig: last(first), Config: logStack + logRetention(map[string]string{"period": `"91d"`, "priority": "5", "selector": `"{service=~\"a.*\"}"`}),
			ConfigPlanChecks: updates(retention, asked...)},
		resource.TestStep{PreConfig: last(other), Config: logStack + logRetention(map[string]string{"period": `"91d"`, "priority": "5", "selector": `"{service=~\"a.*\"}"`}), PlanOnly: true},
	)
}

// That Loki does not keep to a period is told and shown; only what an apply
// can repair is a change to make.
func TestLogDrift(t *testing.T) {
	t.Parallel()
	const address = "opp_alert_rule.errors"
	config := logStack + logRetention(nil) + logSource(map[string]string{"files": `{ include = ["/a"] }`}) +
		rule("errors", `name = "errors"`, `source = "logs"`)
	for name, test := range map[string]struct {
		address string
		drift   func(*api.Observation)
		check   plancheck.PlanCheck
	}{
		"a period": {
			retention, func(o *api.Observation) {
				servertest.Alter(o, "audit", func(r *api.Record[spec.LogRetention]) { r.Observed.Period = "30d" })
			},
			plancheck.ExpectKnownValue(retention, tfjsonpath.New("period"), knownvalue.StringExact("90d")),
		},
		"a retention that is not loaded": {
			retention, func(o *api.Observation) {
				servertest.Alter(o, "audit", func(r *api.Record[spec.LogRetention]) {
					*r.Observed.Effective, r.Observed.Reason = false, "Loki has not loaded it"
					r.Drift = []string{"loki: the retention is not loaded"}
				})
			},
			plancheck.ExpectUnknownValue(retention, tfjsonpath.New("effective")),
		},
		"a source": {
			source, func(o *api.Observation) {
				servertest.Alter(o, "api", func(r *api.Record[spec.LogSource]) { r.Drift = []string{"collector: config.yaml was edited by hand"} })
			},
			plancheck.ExpectKnownValue(source, tfjsonpath.New("drift"), knownvalue.ListSizeExact(0)),
		},
		"a rule over logs": {
			address, func(o *api.Observation) {
				servertest.Alter(o, "errors", func(r *api.Record[spec.AlertRule]) { r.Observed.Expr = "1" })
			},
			plancheck.ExpectKnownValue(address, tfjsonpath.New("expr"), knownvalue.StringExact("up == 0")),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{}
			f.test(t,
				resource.TestStep{Config: config},
				resource.TestStep{PreConfig: func() { f.setDrift(test.drift) }, Config: config, ConfigPlanChecks: updates(test.address, test.check)},
				resource.TestStep{Config: config, PlanOnly: true},
			)
		})
	}
	t.Run("old entries", func(t *testing.T) {
		t.Parallel()
		f := &fake{}
		old := func() {
			f.setDrift(func(o *api.Observation) {
				servertest.Alter(o, "audit", func(r *api.Record[spec.LogRetention]) { *r.Observed.Effective, r.Observed.Reason = false, "old" })
			})
		}
		f.test(t,
			resource.TestStep{Config: config},
			resource.TestStep{PreConfig: old, Config: config, PlanOnly: true},
		)
	})
}

// A rule over logs moves between Prometheus and Loki in place.
func TestLogRuleSource(t *testing.T) {
	t.Parallel()
	f := &fake{}
	const address, logQL = "opp_alert_rule.r", `sum(rate({service="api"} |= "error" [5m])) > 1`
	config := func(expr string, attributes ...string) string {
		return strings.Replace(logStack+rule("r", append(attributes, `name = "r"`)...), `"up == 0"`, fmt.Sprintf("%q", expr), 1)
	}
	asked := func() (n int) {
		for _, call := range f.Calls() {
			if call.Method == "CheckLogQL" {
				n++
			}
		}
		return n
	}
	f.test(t,
		resource.TestStep{Config: config(logQL, `source = "logs"`)},
		resource.TestStep{
			PreConfig: func() {
				// The plan was made for a stack that did not exist.
				method := func(m string) int {
					return slices.IndexFunc(f.Calls(), func(c servertest.Call) bool { return c.Method == m })
				}
				if checked := method("CheckLogQL"); checked >= 0 && checked < method("Put") {
					t.Error("LogQL was checked before there was a stack")
				}
			},
			Config: config("up == 0"), ConfigPlanChecks: updates(address),
		},
		resource.TestStep{Config: config(logQL, `source = "logs"`), ConfigPlanChecks: updates(address)},
		resource.TestStep{
			PreConfig: func() {
				f.fail("CheckLogQL", &api.Error{Code: api.CodeInvalid, Message: "no", Fields: spec.FieldErrors{{Path: "expr", Message: "it is not LogQL: parse error at line 1"}}})
			},
			Config: config("sum(", `source = "logs"`), PlanOnly: true, ExpectError: message(`Alert rule "production/r": it is not LogQL: parse error at line 1`, "expr"),
		},
		resource.TestStep{
			// What did not change is not asked about.
			PreConfig: func() { f.fail("CheckLogQL", nil) },
			Config:    config(logQL, `source = "logs"`), PlanOnly: true,
		},
		resource.TestStep{
			PreConfig: func() { f.fail("CheckLogQL", &api.Error{Code: api.CodeUnavailable, Message: "Loki does not answer"}) },
			Config:    config(logQL+"1", `source = "logs"`), ConfigPlanChecks: updates(address),
		},
		resource.TestStep{
			Config: config(logQL, `source = "logs"`, `group_interval = "1m"`) + rule("m", `name = "m"`, `group_interval = "2m"`),
		},
	)
	if asked() == 0 {
		t.Error("LogQL was never checked")
	}
}

// Every mistake is told on the attribute that it is in.
func TestLogMistakes(t *testing.T) {
	t.Parallel()
	r := (&fake{}).refresh(t)
	for name, test := range map[string]struct {
		kind, attributes, at, want string
	}{
		"two origins":      {"opp_log_source", `"files": {"include": ["/a"]}, "docker": {}`, "", `a log source has one origin, this one has 2`},
		"no origin":        {"opp_log_source", `"labels": {}`, "", `a log source has one origin, this one has 0`},
		"a relative path":  {"opp_log_source", `"files": {"include": ["/a", "b.log"]}`, "files.include[1]", `"b.log" is not an absolute path`},
		"an unknown value": {"opp_log_source", `"files": {"include": ["/a"], "start_at": "middle"}`, "files.start_at", `"middle" is not a value`},
		"an unbounded label": {"opp_log_source", `"files": {"include": ["/a"]}, "parse": {"format": "json"}, "label_fields": {"request": "request_id"}`,
			`label_fields["request"]`, `field "request_id" has too many values for an index label`},
		"sixteen labels": {"opp_log_source", `"otlp": {}, "labels": {"a":"x","b":"x","c":"x","d":"x","e":"x","f":"x","g":"x","h":"x","i":"x","j":"x","k":"x","l":"x","m":"x","n":"x","o":"x"}`,
			"labels", `it has 16 index labels with log_source, and Loki takes 15`},
		"no such field": {"opp_log_source", `"files": {"include": ["/a"]}, "parse": {"format": "regex", "pattern": "(?P<a>b)", "severity": {"field": "level"}}`,
			"parse.severity.field", `there is no field "level"; the fields are "a"`},
		"a value twice": {"opp_log_source", `"files": {"include": ["/a"]}, "parse": {"format": "json", "severity": {"field": "l", "mapping": {"error": ["x"], "warn": ["y", "X"]}}}`,
			`parse.severity.mapping["warn"][1]`, `value "X" means error already`},
		"two lines": {"opp_log_source", `"files": {"include": ["/a"]}, "samples": [{"line": "a", "expect": {}}, {"line": "a\nb", "expect": {}}]`,
			"samples[1].line", `"a\nb" has a line break`},
		"a severity": {"opp_log_source", `"files": {"include": ["/a"]}, "samples": [{"line": "a", "expect": {"severity": "ERR"}}]`,
			"samples[0].expect.severity", `"ERR" is not a value`},
		"a sample": {"opp_log_source", `"files": {"include": ["/a"]}, "parse": {"format": "json", "severity": {"field": "level"}},
			"samples": [{"line": "{\"level\": \"warn\"}", "expect": {"severity": "warn"}}, {"line": "{\"level\": \"oops\"}", "expect": {"severity": "error"}}]`,
			"samples[1].expect.severity", `severity is "", expected "error"`},
		"a sample's field": {"opp_log_source", `"files": {"include": ["/a"]}, "parse": {"format": "logfmt"}, "samples": [{"line": "a=1", "expect": {"attributes": {"b.c": "1"}}}]`,
			`samples[0].expect.attributes["b.c"]`, `attribute "b.c" is missing from "a", expected "1"`},
		"a condition": {"opp_log_source", `"files": {"include": ["/a"]}, "drop": ["true", "severity == \"debug\""]`,
			"drop[1]", `records have no severity, because parse.severity is not set`},
		"a match":       {"opp_log_source", `"otlp": {"match": {"service.name": ""}}`, `otlp.match["service.name"]`, `is empty`},
		"a short time":  {"opp_log_retention", `"selector": "{a=\"b\"}", "period": "23h"`, "period", `"23h" is shorter than 24h, the least that Loki keeps logs for`},
		"half an hour":  {"opp_log_retention", `"selector": "{a=\"b\"}", "period": "24h30m"`, "period", `is not a whole number of hours`},
		"a filter":      {"opp_log_retention", `"selector": "{a=\"b\"} |= \"c\"", "period": "1d"`, "selector", `it has a line filter or a pipeline after the selector`},
		"a priority":    {"opp_log_retention", `"selector": "{a=\"b\"}", "period": "1d", "priority": -1`, "priority", `-1 is not a priority`},
		"entries":       {"opp_alert_rule", `"source": "logs", "expr": "{a=\"b\"}"`, "expr", `selects log entries, which no alert can be made of`},
		"an after-life": {"opp_alert_rule", `"source": "logs", "expr": "vector(1)", "keep_firing_for": "5m"`, "keep_firing_for", `keep_firing_for has no effect on rules over logs`},
		"a source":      {"opp_alert_rule", `"source": "traces", "expr": "up"`, "source", `"traces" is not a value of source`},
	} {
		said := r.validate(test.kind, `{"stack": "production", "name": "api", `+test.attributes+"}")
		if len(said) != 1 || said[0].at != test.at || !strings.Contains(said[0].summary, test.want) {
			t.Errorf("%s: said %q, want %s: %s", name, said, test.at, test.want)
		}
	}
}

func TestLogErrorsAtPlan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config string
		want   *regexp.Regexp
	}{
		"a list with null": {logStack + logSource(map[string]string{"files": `{ include = ["/a"] }`, "drop": "[null]"}), regexp.MustCompile(`(?i)null`)},
		"a nested field": {logStack + logSource(map[string]string{"files": `{ include = ["a"] }`}),
			message(`Log source "api", files.include[0]: "a" is not an absolute path`, "")},
		"no Loki":      {stack + logRetention(nil), message(`it needs loki, which is disabled in stack "production"`, "stack")},
		"no collector": {stack + logSource(map[string]string{"otlp": "{}"}), message(`it needs collector, which is disabled in stack "production"`, "stack")},
		"no Loki for a rule": {stack + rule("r", `name = "r"`, `source = "logs"`),
			message(`it needs loki, which is disabled in stack "production"`, "stack")},
		"a collector without Loki": {withGrafana("collector = {}"), message(`the collector has nowhere to send logs`, "")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refusesAtPlan(t, test.config, test.want)
		})
	}
}

// Values that are known only after apply may stand anywhere; what depends on
// them is not judged before.
func TestLogUnknownValues(t *testing.T) {
	t.Parallel()
	const later = `
resource "terraform_data" "x" {
  input = {
    text = "later", number = 5, path = "/var/log/a.log", format = "json", pattern = "(?P<level>x)", regex = "regex", days = "2d", source = "logs"
    files = { include = ["/a"] }, parse = { format = "logfmt" }, journald = { units = [] }, labels = { a = "b" }
    samples = [{ line = "a\nb", expect = { severity = "error" } }], severity = { field = "level" }
  }
}
locals { x = terraform_data.x.output }
`
	sources := map[string]map[string]string{
		"path":     {"files": `{ include = ["/b", local.x.path] }`, "label_fields": `{ (local.x.text) = "level" }`, "parse": `{ format = "json" }`},
		"files":    {"files": "local.x.files", "labels": "local.x.labels"},
		"format":   {"files": `{ include = ["/a"] }`, "label_fields": `{ level = "level" }`, "parse": `{ format = local.x.format, severity = { field = "level" }, timestamp = { field = "ts", layout = "s" } }`},
		"pattern":  {"files": `{ include = ["/a"] }`, "parse": `{ format = "regex", pattern = local.x.pattern, severity = { field = "level" } }`},
		"regex":    {"files": `{ include = ["/a"] }`, "parse": `{ format = local.x.regex, pattern = "(?P<level>x)", severity = { field = "level" } }`},
		"parse":    {"files": `{ include = ["/a"] }`, "label_fields": `{ level = "level" }`, "parse": `local.x.parse`},
		"journald": {"journald": "local.x.journald", "parse": `{ severity = { field = "PRIORITY" } }`},
		"samples":  {"files": `{ include = ["/a"] }`, "multiline": `{ line_start_pattern = "^${local.x.text}" }`, "samples": `[{ line = "later", expect = { body = local.x.text } }]`},
		"severity": {"files": `{ include = ["/a"] }`, "parse": `{ format = "json", severity = local.x.severity }`, "drop": `["severity == \"debug\""]`, "samples": `[{ line = "{\"level\":\"info\"}", expect = { severity = "info" } }]`},
		"label":    {"files": `{ include = ["/a"] }`, "parse": `{ format = "json" }`, "label_fields": `local.x.labels`, "samples": `[{ line = "{\"b\":1}", expect = { attributes = { b = "1" } } }]`},
		"multiline": {"files": `{ include = ["/a"] }`, "multiline": `local.x.text == "" ? null : { line_start_pattern = "^a" }`,
			"samples": `[{ line = "a\nb", expect = {} }]`},
		"drop": {"files": `{ include = ["/a"] }`, "drop": `["level == \"${local.x.text}\""]`, "samples": `[{ line = "a", expect = {} }]`},
	}
	for name, attributes := range sources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := later + logStack + logSource(attributes)
			(&fake{}).test(t, resource.TestStep{Config: config}) // ends with a plan that must be empty
		})
	}
	t.Run("retention and rule", func(t *testing.T) {
		t.Parallel()
		config := later + strings.ReplaceAll(logStack, "loki      = {}", `loki = local.x.text == "" ? null : {}`) +
			logRetention(map[string]string{"period": "local.x.days", "priority": "local.x.number", "selector": `"{a=\"${local.x.text}\"}"`}) +
			child("opp_log_retention.second", "second", map[string]string{"selector": `"{a=\"later\"}"`, "period": `"9d"`, "priority": "5"}) +
			strings.Replace(rule("r", `name = "r"`, "source = local.x.source", `keep_firing_for = local.x.text == "" ? "5m" : "0s"`), `"up == 0"`, `"sum(rate({a=\"b\"} |= \"c\" [5m])) > 1"`, 1)
		(&fake{}).test(t, resource.TestStep{Config: config}) // ends with a plan that must be empty
	})
}

func TestLogQuery(t *testing.T) {
	t.Parallel()
	f := &fake{}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	f.LogEntries = []api.LogEntry{{Time: at, Line: "boom", Labels: map[string]string{"service": "api", "severity_text": "error"}}}
	f.Vector = []api.Sample{{Labels: map[string]string{"service": "api"}, Value: "7", Time: at}}
	query := func(attributes string) string {
		return logStack + "data \"opp_log_query\" \"q\" {\n  stack = opp_monitoring_stack.main.name\n  query = \"{service=\\\"api\\\"}\"\n  " + attributes + "\n}\n"
	}
	const address = "data.opp_log_query.q"
	bad := func(attributes, want, attribute string) resource.TestStep {
		return resource.TestStep{Config: query(attributes), PlanOnly: true, ExpectError: message(want, attribute)}
	}
	f.test(t,
		bad(`since = "1 hour"`, `"1 hour" is not a duration`, "since"),
		bad(`since = "0s"`, `"0s" is not a duration`, "since"),
		bad(`start = "yesterday"`, `"yesterday" is not a time in RFC 3339 form`, "start"),
		bad("since = \"1h\"\n  start = \"2026-01-02T00:00:00Z\"", `Attribute "start" cannot be specified when "since" is specified`, ""),
		bad(`limit = 5001`, `Attribute limit value must be between 1 and 5000`, ""),
		bad(`direction = "up"`, `direction`, ""),
		resource.TestStep{Config: query(""), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("entries"), knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
				"time": knownvalue.StringExact("2026-01-02T03:04:05.000000006Z"), "line": knownvalue.StringExact("boom"),
				"labels": knownvalue.MapExact(map[string]knownvalue.Check{"service": knownvalue.StringExact("api"), "severity_text": knownvalue.StringExact("error")}),
			})})),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("vector").AtSliceIndex(0).AtMapKey("value"), knownvalue.StringExact("7")),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("since"), knownvalue.Null()),
		}},
		resource.TestStep{Config: query("since = \"2d\"\n  limit = 7\n  direction = \"forward\"\n  end = \"2026-01-03T00:00:00Z\"")},
	)
	want := api.LogQuery{Query: `{service="api"}`, Since: 48 * time.Hour, Limit: 7, Direction: api.LogsForward, End: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)}
	if !slices.ContainsFunc(f.Calls(), func(c servertest.Call) bool { return c.LogQuery == want }) {
		t.Errorf("the query does not reach the control plane as %+v", want)
	}
}

// Retentions of one plan that leave it to Loki to decide are warned of.
func TestOverlappingRetentionsWarn(t *testing.T) {
	t.Parallel()
	f := &fake{}
	s := spec.DefaultStack("production")
	if _, err := f.Put(t.Context(), &s, api.PutCreate); err != nil {
		t.Fatal(err)
	}
	r := f.refresh(t)
	plan := func(name, selector, period string, priority int) []diagnostic {
		return r.plan("opp_log_retention", fmt.Sprintf(`{"stack":"production","name":%q,"selector":%q,"period":%q,"priority":%d}`, name, selector, period, priority))
	}
	for _, quiet := range [][]diagnostic{
		plan("a", `{service="a"}`, "1d", 0), plan("b", `{service="b"}`, "2d", 0), plan("c", `{service="a"}`, "3d", 1), plan("d", `{service="a"}`, "24h", 0),
	} {
		if len(quiet) > 0 {
			t.Errorf("said %q", quiet)
		}
	}
	said := plan("e", `{service=~"a|b"}`, "5d", 0)
	want := diagnostic{"warning", "priority",
		`Log retention "production/e": it may select the same streams as "a", "b", "d", with the same priority 0: the shortest period counts there`,
		"Give them different priorities: the highest counts."}
	if len(said) != 1 || said[0] != want {
		t.Errorf("said %q, want %q", said, want)
	}
}

// A refresh says which retentions Loki does not keep to, and why.
func TestIneffectiveRetentionWarns(t *testing.T) {
	t.Parallel()
	f := &fake{}
	s := spec.DefaultStack("production")
	for _, object := range []spec.Object{&s, &spec.LogRetention{Stack: "production", Name: "audit", Selector: `{a="b"}`, Period: "1d"}} {
		if _, err := f.Put(t.Context(), object, api.PutCreate); err != nil {
			t.Fatal(err)
		}
	}
	state := f.refresh(t).imported("opp_log_retention", "production/audit")
	f.setDrift(func(o *api.Observation) {
		servertest.Alter(o, "audit", func(r *api.Record[spec.LogRetention]) {
			*r.Observed.Effective, r.Observed.Reason = false, "the compactor does not run"
		})
	})
	_, said := f.refresh(t).read("opp_log_retention", state)
	want := "warning: A log retention of stack \"production\" is not effective\n\"audit\": the compactor does not run."
	if len(said) != 1 || said[0] != want {
		t.Errorf("said %q, want %q", said, want)
	}
}
