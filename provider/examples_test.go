package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// The examples of the documentation, all together, can be planned.
func TestExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../examples/*/*/*.tf")
	if err != nil || len(files) < 8 {
		t.Fatalf("found the examples %v (%v)", files, err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// The stack of others exists only where they are, and Grafana's own
		// provider where it is installed.
		if !strings.Contains(file, filepath.Join("data-sources", "opp_monitoring_stack")) && !strings.Contains(file, "ephemeral-resources") {
			all.Write(text)
		}
	}
	rules := `"groups: [{name: g, interval: 30s, rules: [{alert: A, expr: up == 0, for: 5m, labels: {team: api}, annotations: {summary: down}}, {alert: B, expr: up == 1}]}]"`
	dashboard, err := filepath.Abs("../examples/resources/opp_dashboard/overview.json")
	if err != nil {
		t.Fatal(err)
	}
	configuration := strings.NewReplacer(
		`file("${path.module}/rules.yml")`, rules,
		`file("${path.module}/overview.json")`, fmt.Sprintf("file(%q)", filepath.ToSlash(dashboard)),
	).Replace(all.String())
	secrets := map[string]config.Variable{}
	for _, match := range regexp.MustCompile(`var\.secrets\["(\w+)"\]`).FindAllStringSubmatch(configuration, -1) {
		secrets[match[1]] = config.StringVariable("https://example.com/secret") // some are URLs
	}
	f := &fake{}
	f.test(t, resource.TestStep{
		Config: configuration,
		ConfigVariables: config.Variables{
			"chat_webhook_url":  config.StringVariable("https://hooks.example.com/y"),
			"slack_webhook_url": config.StringVariable("https://hooks.example.com/x"),
			"metrics_password":  config.StringVariable("secret"),
			"secrets":           config.MapVariable(secrets),
		},
		PlanOnly: true, ExpectNonEmptyPlan: true,
	})
}
