package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// message matches the sentence however Terraform wraps it, on the attribute if one is given.
func message(sentence, attribute string) *regexp.Regexp {
	words := strings.Fields(sentence)
	for i := range words {
		words[i] = regexp.QuoteMeta(words[i])
	}
	pattern := strings.Join(words, `[\s│]+`)
	if attribute != "" {
		pattern += `(?s).*\n\s*\d+:\s+` + regexp.QuoteMeta(attribute) + `\b`
	}
	return regexp.MustCompile(pattern)
}

// refusesAtPlan expects an error before anything is written.
func refusesAtPlan(t *testing.T, config string, want *regexp.Regexp) {
	t.Helper()
	f := &fake{}
	f.test(t, resource.TestStep{Config: config, PlanOnly: true, ExpectError: want})
	for _, call := range f.Calls() {
		if call.Method == "Put" {
			t.Errorf("%s %s was written", call.Kind, call.Name)
		}
	}
}

func TestErrorsAtPlan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config string
		want   *regexp.Regexp
	}{
		"a field": {
			stack + rule("r", `name = "r"`, `for = "soon"`),
			message(`Alert rule "r": "soon" is not a duration`, "for"),
		},
		"a field among unknown ones": {
			`resource "terraform_data" "x" {
  input = "x"
}
` + stack + rule("r", `name = terraform_data.x.output`, `for = "soon"`),
			message(`Alert rule: "soon" is not a duration`, "for"),
		},
		"an element": {
			stack + `resource "opp_scrape_job" "j" {
  stack = opp_monitoring_stack.main.name
  name = "j"
  targets = ["ok:1", "http://bad/"]
}`,
			message(`Scrape job "j"`, "targets"),
		},
		"a secret": {
			stack + `resource "opp_notification_channel" "c" {
  stack = opp_monitoring_stack.main.name
  name = "c"
  email = { to = "a@example.com", from = "b@example.com", smarthost = "c:25", auth_username = "u" }
}`,
			message(`Notification channel "c", email.auth_password_wo: auth_username needs a password`, ""),
		},
		"a version without its secret": {
			stack + `resource "opp_scrape_job" "j" {
  stack = opp_monitoring_stack.main.name
  name = "j"
  targets = []
  bearer_token_wo_version = 1
}`,
			message(`bearer_token_wo`, ""),
		},
		"no kind of channel": {
			stack + `resource "opp_notification_channel" "c" {
  stack = opp_monitoring_stack.main.name
  name = "c"
}`,
			message(`it does not say where to send`, ""),
		},
		"ports of a stack, one of them a default": {
			`resource "opp_monitoring_stack" "main" {
  name = "production"
  prometheus = { port = 9093 }
}`,
			message(`Stack "production", alertmanager.port: port 9093 is already the port of prometheus`, ""),
		},
		"the same name twice": {
			stack + rule("a", `name = "same"`) + rule("b", `name = "same"`),
			message(`Alert rule "production/same" is declared twice: another opp_alert_rule of this configuration has the same name`, "name"),
		},
		"group intervals": {
			stack + rule("a", `name = "a"`, `group_interval = "1m"`) + rule("b", `name = "b"`, `group_interval = "2m"`),
			message(`in the same group "default"`, "group_interval"),
		},
		"no stack": {
			strings.ReplaceAll(rule("r", `name = "r"`), "opp_monitoring_stack.main.name", `"nowhere"`),
			message(`Alert rule "nowhere/r": the stack "nowhere" does not exist`, "stack"),
		},
		"data of no stack": {
			`data "opp_monitoring_stack" "missing" { name = "missing" }`,
			message(`Cannot observe stack "missing": it does not exist`, ""),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refusesAtPlan(t, test.config, test.want)
		})
	}
}

func TestErrorsAtApply(t *testing.T) {
	t.Parallel()
	f := &fake{}
	here := spec.DefaultStack("production")
	there := spec.AlertRule{Stack: "production", Name: "api-down", Expr: "up == 1"}
	spec.WithDefaults(&there)
	for _, object := range []spec.Object{&here, &there} {
		if _, err := f.Put(t.Context(), object, api.PutCreate); err != nil {
			t.Fatal(err)
		}
	}
	f.test(t,
		resource.TestStep{Config: everything, ExpectError: message(`terraform import opp_alert_rule.NAME production/api-down`, "")},
		// The stack was the same, so it was adopted; the rule is the one that differs.
		resource.TestStep{Config: everything, ResourceName: "opp_alert_rule.down", ImportState: true, ImportStateId: "production/api-down", ImportStatePersist: true},
		resource.TestStep{Config: everything},
		resource.TestStep{Config: everything, ResourceName: "opp_alert_rule.down", ImportState: true, ImportStateId: "api-down",
			ExpectError: message(`Cannot import alert rule "api-down": the id must be STACK/NAME`, "")},
		resource.TestStep{Config: everything, ResourceName: "opp_monitoring_stack.main", ImportState: true, ImportStateId: "production/x",
			ExpectError: message(`Cannot import stack "production/x": the id must be the stack's NAME`, "")},
		resource.TestStep{
			PreConfig: func() {
				f.fail("Put", &api.Error{Code: api.CodeRefused, Message: "cannot apply it: prometheus refused it", Detail: "line 3: bad"})
			},
			Config:      stack + rule("down", `name = "api-down"`, `for = "1m"`),
			ExpectError: message(`Cannot apply it: prometheus refused it`, ""),
		},
		resource.TestStep{PreConfig: func() { f.fail("", nil) }, Config: everything},
	)
}

// A stack with objects of others is destroyed only by force.
func TestForceDestroy(t *testing.T) {
	t.Parallel()
	f := &fake{}
	other := &spec.AlertRule{Stack: "production", Name: "of-others", Expr: "up"}
	spec.WithDefaults(other)
	forced := "resource \"opp_monitoring_stack\" \"main\" {\n name = \"production\"\n force_destroy = true\n}\n"
	f.test(t,
		resource.TestStep{Config: stack},
		resource.TestStep{
			PreConfig: func() {
				if _, err := f.Plane.Put(t.Context(), other, api.PutCreate); err != nil {
					t.Error(err)
				}
			},
			Config: stack, Destroy: true, ExpectError: message(`it has 1 objects`, ""),
		},
		resource.TestStep{Config: forced},
	)
}
