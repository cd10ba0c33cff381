package prometheus

import "github.com/openpolicyplatform/terraform-provider-opp/internal/spec"

// Why Loki discards entries: those it only turns away for now come again, for
// whoever sends them keeps them.
const turnedAway = `rate_limited|per_stream_rate_limit|stream_limit`

func (g *builtIns) lokiRules() {
	g.add("LogIngestionFailing", spec.SeverityCritical, "2m",
		`sum by (job, instance) (rate(loki_request_duration_seconds_count{`+
			`job="opp-loki",route=~"otlp_v1_logs|loki_api_v1_push",status_code=~"5.."}[5m])) > 0`,
		"Loki fails to store logs",
		"What is sent to it waits in the collector until that has no more room. Loki's log says why; a full disk is a common cause.")
	g.add("LogsTurnedAway", spec.SeverityWarning, "5m",
		`sum by (job, reason) (rate(loki_discarded_samples_total{job="opp-loki",reason=~"`+turnedAway+`"}[5m])) > 0`,
		"Loki takes logs more slowly than they are sent ({{ $labels.reason }})",
		"They are sent again, and arrive late. For stream_limit, labels have too many values, and some lines count several times"+
			" until Loki writes them to disk; else too much is logged at once.")
	const lost = `loki_discarded_samples_total{job="opp-loki",reason!~"` + turnedAway + `"}`
	// A reason has no series before its first time, which counts all the same.
	g.add("LogsDiscarded", spec.SeverityWarning, "",
		`sum by (job, reason) (increase(`+lost+`[15m]) > 0 or (`+lost+` > 0 unless `+lost+` offset 15m))`,
		"Loki throws logs away ({{ $labels.reason }})",
		"{{ printf \"%.0f\" $value }} entries within 15 minutes are lost. For greater_than_max_sample_age they are older than"+
			" the longest retention, for too_far_in_future the clock of who wrote them is wrong. Loki's log names the streams.")
	g.add("LogChunksNotWritten", spec.SeverityCritical, "5m",
		`increase(loki_ingester_chunks_flush_failures_total{job="opp-loki"}[10m]) > 0`,
		"Loki cannot write logs to its store",
		"They stay in memory and in its write-ahead log. Loki's log says why; a full disk is a common cause.")
	g.add("LogRetentionNotApplied", spec.SeverityWarning, "5m",
		`(time() - loki_compactor_apply_retention_last_successful_run_timestamp_seconds{job="opp-loki"} > 7200)`+
			` and on (job, instance) (time() - process_start_time_seconds{job="opp-loki"} > 7200)`,
		"Loki does not delete old logs",
		"The compactor, which should look for them every quarter of an hour, has not been through for two hours. Loki's log says why.")
	g.add("LokiLimitsRefused", spec.SeverityCritical, "1m",
		`loki_runtime_config_last_reload_successful{job="opp-loki"} == 0`,
		"Loki could not load its limits",
		"Retention and index labels are still what it loaded before. Its log names the mistake; terraform apply restores the file.")
	g.add("LogRuleEvaluationFailing", spec.SeverityWarning, "",
		`sum by (job, rule_group) (increase(loki_prometheus_rule_evaluation_failures_total{job="opp-loki"}[5m])) > 0`,
		`Rules over logs of {{ reReplaceAll "^.*;" "" $labels.rule_group }} cannot be evaluated`,
		"Their alerts cannot fire. The error stands beside the rule in Loki's /prometheus/api/v1/rules.")
	g.add("LogDiskAlmostFull", spec.SeverityWarning, "5m",
		`loki_ingester_wal_disk_usage_percent{job="opp-loki"} > 0.8`,
		"The disk with Loki's logs is {{ $value | humanizePercentage }} full",
		"From 90 % on Loki takes no more. Shorten a retention, or make room.")
}
