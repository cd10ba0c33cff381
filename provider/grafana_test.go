package provider_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const mainStack = "opp_monitoring_stack.main"

func withGrafana(block string) string {
	return fmt.Sprintf("resource \"opp_monitoring_stack\" \"main\" {\n  name = \"production\"\n  %s\n}\n", block)
}

// Grafana runs where its block is written, whatever is in it.
func TestGrafanaBlock(t *testing.T) {
	t.Parallel()
	f := &fake{}
	sent := func(enabled bool) func() {
		return func() {
			t.Helper()
			puts := f.puts("production")
			if got := puts[len(puts)-1].Object.(*spec.Stack).Grafana.Enabled; got != enabled {
				t.Errorf("write %d sent enabled = %t, want %t", len(puts), got, enabled)
			}
		}
	}
	updated := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(mainStack, plancheck.ResourceActionUpdate),
		plancheck.ExpectUnknownValue(mainStack, tfjsonpath.New("endpoints")),
		plancheck.ExpectUnknownValue(mainStack, tfjsonpath.New("components")),
	}}
	imported := resource.TestStep{ResourceName: mainStack, ImportState: true, ImportStateId: "production", ImportStateVerify: true}
	f.test(t,
		resource.TestStep{Config: stack, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("grafana"), knownvalue.Null()),
		}},
		imported,
		resource.TestStep{PreConfig: sent(false), Config: withGrafana("grafana = null"), PlanOnly: true},
		resource.TestStep{Config: withGrafana("grafana = {}"), ConfigPlanChecks: updated, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("grafana").AtMapKey("enabled"), knownvalue.Bool(true)),
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("endpoints").AtMapKey("grafana"), knownvalue.StringExact("http://127.0.0.1:3000")),
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("components").AtMapKey("grafana").AtMapKey("memory_limit"), knownvalue.StringExact("256MB")),
		}},
		imported,
		resource.TestStep{PreConfig: sent(true), Config: withGrafana("grafana = { enabled = null, settings = {}, root_url = null }"), PlanOnly: true},
		resource.TestStep{Config: withGrafana("grafana = { enabled = false }"), ConfigPlanChecks: updated},
		resource.TestStep{PreConfig: sent(false), Config: withGrafana("grafana = { enabled = false }"), PlanOnly: true},
		resource.TestStep{Config: withGrafana("grafana = { anonymous_role = \"Viewer\" }"), ConfigPlanChecks: updated},
		resource.TestStep{Config: stack, ConfigPlanChecks: updated},
		resource.TestStep{PreConfig: sent(false), Config: stack, PlanOnly: true},
	)
}

func TestGrafanaElsewhere(t *testing.T) {
	t.Parallel()
	f := &fake{}
	external := func(version int) string {
		return withGrafana(fmt.Sprintf(`grafana = { url = "https://grafana.example.com", token_wo = "t", token_wo_version = %d }`, version))
	}
	token := func(want spec.Secret) func() {
		return func() {
			t.Helper()
			puts := f.puts("production")
			if diff := cmp.Diff(&want, puts[len(puts)-1].Object.(*spec.Stack).Grafana.Token); diff != "" {
				t.Error(diff)
			}
		}
	}
	f.test(t,
		resource.TestStep{Config: external(1), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("grafana").AtMapKey("token_wo"), knownvalue.Null()),
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("components").AtMapKey("grafana").AtMapKey("memory_limit"), knownvalue.Null()),
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("components").AtMapKey("grafana").AtMapKey("memory_limit_kind"), knownvalue.Null()),
		}},
		resource.TestStep{PreConfig: token(spec.Secret{Value: "t", Version: 1}), Config: external(1), PlanOnly: true},
		resource.TestStep{Config: external(2)},
		resource.TestStep{PreConfig: token(spec.Secret{Value: "t", Version: 2}), Config: external(2), PlanOnly: true},
	)
}

func TestGrafanaSettings(t *testing.T) {
	t.Parallel()
	f := &fake{}
	config := func(version string) string {
		return withGrafana(fmt.Sprintf(`grafana = {
    settings            = { "users.default_theme" = "light" }
    settings_wo         = { "smtp.password" = "secret", "auth.google.client_secret" = "other" }
    settings_wo_version = %s
  }`, version))
	}
	f.test(t,
		resource.TestStep{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("grafana").AtMapKey("settings_wo"), knownvalue.Null()),
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("grafana").AtMapKey("settings_wo_version"), knownvalue.Int64Exact(1)),
		}},
		resource.TestStep{Config: config("1"), PlanOnly: true},
		resource.TestStep{Config: config("2")},
		resource.TestStep{Config: config("null")},
		resource.TestStep{Config: config("null"), PlanOnly: true},
	)
	want := map[string]*spec.Secret{"smtp.password": {Value: "secret", Version: 1}, "auth.google.client_secret": {Value: "other", Version: 1}}
	if diff := cmp.Diff(want, f.puts("production")[0].Object.(*spec.Stack).Grafana.SecretSettings); diff != "" {
		t.Error(diff)
	}
}

// What depends on two attributes is not judged before both are known.
func TestGrafanaUnknownValues(t *testing.T) {
	t.Parallel()
	const later = `
resource "terraform_data" "x" {
  input = { text = "later", url = "https://grafana.example.com", map = { "smtp.host" = "h:25" } }
}
`
	for name, block := range map[string]string{
		"user":     `grafana = { url = "https://grafana.example.com", username = terraform_data.x.output.text, password_wo = "p" }`,
		"password": `grafana = { url = "https://grafana.example.com", username = "u", password_wo = terraform_data.x.output.text }`,
		"token":    `grafana = { url = "https://grafana.example.com", token_wo = terraform_data.x.output.text }`,
		"url":      `grafana = { url = terraform_data.x.output.url, token_wo = "t" }`,
		"settings": `grafana = { settings = terraform_data.x.output.map, settings_wo = terraform_data.x.output.map == {} ? {} : { "smtp.password" = terraform_data.x.output.text } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			(&fake{}).test(t,
				resource.TestStep{Config: later + withGrafana(block)},
				resource.TestStep{Config: later + withGrafana(block), PlanOnly: true},
			)
		})
	}
}

// The administrator is made when Grafana starts for the first time, and stays.
func TestGrafanaAdministrator(t *testing.T) {
	t.Parallel()
	const elsewhere = `url = "https://g.example.com", token_wo = "t"`
	config := func(attributes string) string { return withGrafana("grafana = { " + attributes + " }") }
	(&fake{}).test(t,
		resource.TestStep{Config: withGrafana("")},
		resource.TestStep{Config: config(`admin_user = "root", ` + elsewhere)},
		resource.TestStep{Config: config(elsewhere)},
		resource.TestStep{Config: config(`admin_user = "root"`)},
		resource.TestStep{Config: config(`admin_user = "root", port = 3001`)},
		resource.TestStep{Config: config(""), PlanOnly: true,
			ExpectError: message(`Stack "production", grafana.admin_user: "admin" cannot become the administrator: Grafana made "root"`, "")},
		resource.TestStep{Config: config(`admin_user = "root"`)},
	)
}

func TestGrafanaBadInput(t *testing.T) {
	t.Parallel()
	for block, want := range map[string]string{
		`grafana = { anonymous_role = "King" }`:                                       `"King" is not a role`,
		`grafana = { token_wo = "t" }`:                                                `url is not set`,
		`grafana = { url = "https://g.example.com" }`:                                 `needs a token or a`,
		`grafana = { settings_wo_version = 1 }`:                                       `settings_wo`,
		`grafana = { settings_wo = { "server.http_port" = "1" } }`:                    `is set by the stack`,
		`grafana = { settings = { "a.b" = "1" }, settings_wo = { "a.b" = "1" } }`:     `settings_wo as\s+well`,
		`grafana = { settings = { "a.b" = null } }`:                                   `(?i)null`,
		`grafana = { url = "https://g.example.com", username = "u", token_wo = "t" }`: `cannot be used\s+together`,
	} {
		t.Run(block, func(t *testing.T) {
			t.Parallel()
			(&fake{}).test(t, resource.TestStep{Config: withGrafana(block), PlanOnly: true, ExpectError: regexp.MustCompile(want)})
		})
	}
}
