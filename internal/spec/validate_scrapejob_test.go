package spec_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundJob() spec.ScrapeJob {
	job := spec.ScrapeJob{
		Stack:         "production",
		Name:          "api",
		Targets:       []string{"127.0.0.1:8000"},
		Labels:        map[string]string{"service": "api"},
		MetricRelabel: []spec.RelabelRule{{Action: "replace", TargetLabel: "team"}},
	}
	spec.WithDefaults(&job)
	return job
}

func pointer[T any](value T) *T { return &value }

func TestSoundScrapeJobs(t *testing.T) {
	rule := func(rule spec.RelabelRule) func(*spec.ScrapeJob) {
		return func(j *spec.ScrapeJob) { j.MetricRelabel = []spec.RelabelRule{rule} }
	}
	accept(t, soundJob, map[string]func(*spec.ScrapeJob){
		"defaults":       func(*spec.ScrapeJob) {},
		"no targets yet": func(j *spec.ScrapeJob) { j.Targets = []string{} },
		"targets of every form": func(j *spec.ScrapeJob) {
			j.Targets = []string{"localhost:1", "db_1.internal:65535", "[::1]:80", "10.0.0.1:80"}
		},
		"name with punctuation":   func(j *spec.ScrapeJob) { j.Name = "9_api.v1:blue-2" },
		"timeout equals interval": func(j *spec.ScrapeJob) { j.Interval, j.Timeout = "1m", "60s" },
		"instance label":          func(j *spec.ScrapeJob) { j.Labels["instance"] = "a" },
		"empty server name":       func(j *spec.ScrapeJob) { j.TLS = &spec.TLS{CAFile: "/etc/ca.pem"} },
		"password":                func(j *spec.ScrapeJob) { j.BasicAuth = &spec.BasicAuth{Username: "u", Password: &spec.Secret{}} },
		"drop by metric name":     rule(spec.RelabelRule{Action: "drop", SourceLabels: []string{"__name__"}, Regex: "go_.*"}),
		"labeldrop":               rule(spec.RelabelRule{Action: "labeldrop", SourceLabels: []string{}, Regex: "tmp_.*"}),
		"action in upper case":    rule(spec.RelabelRule{Action: "Keep", SourceLabels: []string{"job"}}),
		"default action":          rule(spec.RelabelRule{SourceLabels: []string{"job"}, TargetLabel: "copy"}),
		"empty replacement":       rule(spec.RelabelRule{Action: "replace", TargetLabel: "pod", Replacement: pointer("")}),
		"labelmap":                rule(spec.RelabelRule{Action: "labelmap", Regex: "x_(.+)", Replacement: pointer("$1")}),
		"hashmod":                 rule(spec.RelabelRule{Action: "hashmod", SourceLabels: []string{"job"}, TargetLabel: "shard", Modulus: 4}),
		"keepequal":               rule(spec.RelabelRule{Action: "keepequal", SourceLabels: []string{"a"}, TargetLabel: "b"}),
	})
}

func TestScrapeJobMistakes(t *testing.T) {
	try(t, soundJob, []mistake[spec.ScrapeJob]{
		{"no stack", func(j *spec.ScrapeJob) { j.Stack = "" }, "stack", "is not a stack name"},
		{"empty name", func(j *spec.ScrapeJob) { j.Name = "" }, "name", `"" is not a name for a scrape job`},
		{"slash in name", func(j *spec.ScrapeJob) { j.Name = "a/b" }, "name", `"a/b" is not a name`},
		{"name of the parent directory", func(j *spec.ScrapeJob) { j.Name = ".." }, "name", `".." is not a name`},
		{"name begins with a dash", func(j *spec.ScrapeJob) { j.Name = "-a" }, "name", "is not a name"},
		{"reserved name", func(j *spec.ScrapeJob) { j.Name = "opp-prometheus" }, "name", "reserved for self-monitoring"},
		{"target with scheme", func(j *spec.ScrapeJob) { j.Targets[0] = "http://a:80" }, "targets[0]", `"http://a:80" is not host:port`},
		{"target with path", func(j *spec.ScrapeJob) { j.Targets[0] = "a:80/metrics" }, "targets[0]", "is not host:port"},
		{"target without port", func(j *spec.ScrapeJob) { j.Targets = append(j.Targets, "a") }, "targets[1]", `"a" is not host:port`},
		{"target without host", func(j *spec.ScrapeJob) { j.Targets[0] = ":80" }, "targets[0]", "has no valid host"},
		{"target with space", func(j *spec.ScrapeJob) { j.Targets[0] = "a b:80" }, "targets[0]", "has no valid host"},
		{"target with port 0", func(j *spec.ScrapeJob) { j.Targets[0] = "a:0" }, "targets[0]", "has no valid port"},
		{"target with high port", func(j *spec.ScrapeJob) { j.Targets[0] = "a:65536" }, "targets[0]", "has no valid port"},
		{"target with service name", func(j *spec.ScrapeJob) { j.Targets[0] = "a:http" }, "targets[0]", "has no valid port"},
		{"bare IPv6 target", func(j *spec.ScrapeJob) { j.Targets[0] = "::1:80" }, "targets[0]", "is not host:port"},
		{"empty target", func(j *spec.ScrapeJob) { j.Targets[0] = "" }, "targets[0]", "is empty"},
		{"target twice", func(j *spec.ScrapeJob) { j.Targets = []string{"a:1", "b:1", "a:1"} }, "targets[2]", `"a:1" is the same as targets[0]`},
		{"label with a dot", func(j *spec.ScrapeJob) { j.Labels["a.b"] = "x" }, "labels.a.b", `"a.b" is not a label name`},
		{"label begins with a digit", func(j *spec.ScrapeJob) { j.Labels["1a"] = "x" }, "labels.1a", "is not a label name"},
		{"label without a name", func(j *spec.ScrapeJob) { j.Labels[""] = "x" }, "labels.", `"" is not a label name`},
		{"metric name label", func(j *spec.ScrapeJob) { j.Labels["__name__"] = "x" }, "labels.__name__", "is not a label name"},
		{"address label", func(j *spec.ScrapeJob) { j.Labels["__address__"] = "x" }, "labels.__address__", "reserved"},
		{"job label", func(j *spec.ScrapeJob) { j.Labels["job"] = "x" }, "labels.job", "cannot be set"},
		{"relative metrics path", func(j *spec.ScrapeJob) { j.MetricsPath = "metrics" }, "metrics_path", `"metrics" is not a path`},
		{"metrics path with query", func(j *spec.ScrapeJob) { j.MetricsPath = "/m?a=b" }, "metrics_path", "is not a path"},
		{"metrics path with host", func(j *spec.ScrapeJob) { j.MetricsPath = "//a/m" }, "metrics_path", "is not a path"},
		{"metrics path with bad escape", func(j *spec.ScrapeJob) { j.MetricsPath = "/%zz" }, "metrics_path", "is not a path"},
		{"scheme", func(j *spec.ScrapeJob) { j.Scheme = "ftp" }, "scheme", `"ftp" is not a scheme`},
		{"interval without a unit", func(j *spec.ScrapeJob) { j.Interval = "5" }, "interval", `"5" is not a duration`},
		{"interval zero", func(j *spec.ScrapeJob) { j.Interval = "0s" }, "interval", "longer than zero"},
		{"timeout in words", func(j *spec.ScrapeJob) { j.Timeout = "soon" }, "timeout", "is not a duration"},
		{"timeout longer than interval", func(j *spec.ScrapeJob) { j.Interval, j.Timeout = "10s", "11s" }, "timeout", `"11s" is longer than the interval "10s"`},
		{"negative sample limit", func(j *spec.ScrapeJob) { j.SampleLimit = -1 }, "sample_limit", "-1"},
		{"parameter without a name", func(j *spec.ScrapeJob) { j.Params[""] = nil }, "params.", "is empty"},
		{"basic auth without user", func(j *spec.ScrapeJob) { j.BasicAuth = &spec.BasicAuth{} }, "basic_auth.username", "is empty"},
		{"two kinds of authentication", func(j *spec.ScrapeJob) {
			j.BasicAuth, j.BearerToken = &spec.BasicAuth{Username: "u"}, &spec.Secret{}
		}, "bearer_token", "cannot be used together"},
		{"relative CA file", func(j *spec.ScrapeJob) { j.TLS = &spec.TLS{CAFile: "ca.pem"} }, "tls.ca_file", `"ca.pem" is not an absolute path`},
		{"server name with port", func(j *spec.ScrapeJob) { j.TLS = &spec.TLS{ServerName: "a:443"} }, "tls.server_name", "is not a host name"},
		{"unknown relabel action", func(j *spec.ScrapeJob) { j.MetricRelabel[0].Action = "remove" }, "metric_relabel[0].action", `"remove" is not a relabel action`},
		{"regex that does not compile", func(j *spec.ScrapeJob) {
			j.MetricRelabel = append(j.MetricRelabel, spec.RelabelRule{Action: "drop", Regex: "a("})
		}, "metric_relabel[1].regex", `"a(" is not a regular expression`},
		{"source label", func(j *spec.ScrapeJob) { j.MetricRelabel[0].SourceLabels = []string{"ok", "a-b"} }, "metric_relabel[0].source_labels[1]", `"a-b" is not a label name`},
		{"replace without target label", func(j *spec.ScrapeJob) { j.MetricRelabel[0].TargetLabel = "" }, "metric_relabel[0]", "requires 'target_label'"},
		{"bad target label", func(j *spec.ScrapeJob) { j.MetricRelabel[0].TargetLabel = "a-b" }, "metric_relabel[0]", "invalid 'target_label'"},
		{"hashmod without modulus", func(j *spec.ScrapeJob) { j.MetricRelabel[0].Action = "hashmod" }, "metric_relabel[0]", "non-zero modulus"},
		{"negative modulus", func(j *spec.ScrapeJob) { j.MetricRelabel[0].Modulus = -1 }, "metric_relabel[0].modulus", "cannot be negative"},
		{"labeldrop with target label", func(j *spec.ScrapeJob) { j.MetricRelabel[0].Action = "labeldrop" }, "metric_relabel[0]", "requires only 'regex'"},
		{"keepequal with regex", func(j *spec.ScrapeJob) { j.MetricRelabel[0].Action, j.MetricRelabel[0].Regex = "keepequal", "a" }, "metric_relabel[0]", "no other fields"},
	})
}
