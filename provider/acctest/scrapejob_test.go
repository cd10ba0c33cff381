package acctest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// runningConfig is prometheus.yml as Prometheus says it runs.
func runningConfig(e *acctest.Env) string {
	var answer struct {
		Data struct {
			YAML string `json:"yaml"`
		} `json:"data"`
	}
	e.GetJSON(e.Endpoint("production", "prometheus")+"/api/v1/status/config", &answer)
	return answer.Data.YAML
}

// scrapeConfig is the part of the running prometheus.yml about one job.
func scrapeConfig(e *acctest.Env, job string) string {
	for _, part := range strings.Split(runningConfig(e), "\n- job_name: ")[1:] {
		if strings.HasPrefix(part, job+"\n") {
			return part
		}
	}
	return ""
}

type runningTarget struct {
	ScrapePool       string            `json:"scrapePool"`
	ScrapeURL        string            `json:"scrapeUrl"`
	Labels           map[string]string `json:"labels"`
	DiscoveredLabels map[string]string `json:"discoveredLabels"`
}

func targets(e *acctest.Env, job string) []runningTarget {
	var answer struct {
		Data struct {
			ActiveTargets []runningTarget `json:"activeTargets"`
		} `json:"data"`
	}
	e.GetJSON(e.Endpoint("production", "prometheus")+"/api/v1/targets?state=active", &answer)
	var found []runningTarget
	for _, target := range answer.Data.ActiveTargets {
		if target.ScrapePool == job {
			found = append(found, target)
		}
	}
	return found
}

// Every attribute, changed alone and in place, changes what Prometheus runs.
func TestScrapeJobAttributes(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	base := acctest.Attributes{
		"stack":   "opp_monitoring_stack.main.name",
		"name":    `"api"`,
		"targets": `["127.0.0.1:18000"]`,
	}
	contains := func(text string) func() error {
		return func() error {
			if config := scrapeConfig(e, "api"); !strings.Contains(config, text) {
				return fmt.Errorf("the running scrape config lacks %q:\n%s", text, config)
			}
			return nil
		}
	}
	target := func(check func(runningTarget) bool) func() error {
		return func() error {
			all := targets(e, "api")
			if len(all) == 0 || !check(all[0]) {
				return fmt.Errorf("targets = %+v", all)
			}
			return nil
		}
	}
	steps := []resource.TestStep{{
		Config: e.Stack("") + base.Resource("opp_scrape_job"),
		Check: runs(target(func(r runningTarget) bool {
			return r.ScrapeURL == "http://127.0.0.1:18000/metrics" && r.Labels["job"] == "api"
		})),
	}}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	writeCA(t, ca)
	for _, change := range []struct {
		attribute, value string
		check            func() error
	}{
		{"targets", `["127.0.0.1:18000", "127.0.0.1:18001"]`, func() error {
			if all := targets(e, "api"); len(all) != 2 {
				return fmt.Errorf("targets = %+v", all)
			}
			return nil
		}},
		{"labels", `{ service = "api" }`, target(func(r runningTarget) bool { return r.Labels["service"] == "api" })},
		{"metrics_path", `"/internal/metrics"`, target(func(r runningTarget) bool { return strings.HasSuffix(r.ScrapeURL, "/internal/metrics") })},
		{"params", `{ format = ["prometheus"] }`, target(func(r runningTarget) bool { return strings.Contains(r.ScrapeURL, "format=prometheus") })},
		{"scheme", `"https"`, target(func(r runningTarget) bool { return strings.HasPrefix(r.ScrapeURL, "https://") })},
		{"interval", `"20s"`, contains("scrape_interval: 20s")},
		{"timeout", `"3s"`, contains("scrape_timeout: 3s")},
		{"honor_labels", "true", contains("honor_labels: true")},
		{"sample_limit", "500", contains("sample_limit: 500")},
		{"basic_auth", `{ username = "prom", password_wo = "s3cret", password_wo_version = 1 }`, contains("username: prom")},
		{"basic_auth", `{ username = "prom", password_wo = "other", password_wo_version = 2 }`, func() error { return secretOnDisk(e, "other") }},
		{"tls", fmt.Sprintf(`{ ca_file = %q, server_name = "api.example", insecure_skip_verify = true }`, ca), contains("server_name: api.example")},
		{"metric_relabel", `[{ action = "drop", source_labels = ["__name__"], regex = "go_.*" }]`, contains("regex: go_.*")},
		{"metric_relabel", `[{ source_labels = ["a", "b"], separator = "/", regex = "(.+)/(.+)", target_label = "ab", replacement = "$2-$1" },
      { action = "hashmod", source_labels = ["a"], modulus = 7, target_label = "shard" }]`, func() error {
			for _, want := range []string{"separator: /", "target_label: ab", "replacement: $2-$1", "modulus: 7"} {
				if err := contains(want)(); err != nil {
					return err
				}
			}
			return nil
		}},
	} {
		base = base.With(change.attribute, change.value)
		steps = append(steps, updateStep(e.Stack("")+base.Resource("opp_scrape_job"), "opp_scrape_job.test", change.check))
	}
	steps = append(steps, importStep("opp_scrape_job.test", "production/api", "basic_auth.password_wo"))
	base = base.With("basic_auth", "").With("bearer_token_wo", `"tok3n"`).With("bearer_token_wo_version", "1")
	steps = append(steps, updateStep(e.Stack("")+base.Resource("opp_scrape_job"), "opp_scrape_job.test", contains("credentials_file:")))
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// secretOnDisk checks that the stack has one secret file, private, with the value.
func secretOnDisk(e *acctest.Env, value string) error {
	files, err := filepath.Glob(filepath.Join(e.StateDir, "stacks", "production", "secrets", "*"))
	if err != nil || len(files) != 1 {
		return fmt.Errorf("secret files = %v, want one (%v)", files, err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil || string(content) != value {
		return fmt.Errorf("the secret file holds another value (%v)", err)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		return fmt.Errorf("the secret file has mode %v (%v)", info.Mode(), err)
	}
	return nil
}
