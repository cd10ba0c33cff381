package prometheus

import "github.com/openpolicyplatform/terraform-provider-opp/internal/spec"

func (g *builtIns) collectorRules() {
	const queue = `otelcol_exporter_queue_size{job="opp-collector"}`
	g.add("LogsWaiting", spec.SeverityWarning, "5m",
		`sum by (job, instance) (`+queue+`) > 0 unless sum by (job, instance) (rate(otelcol_exporter_sent_log_records{job="opp-collector"}[5m])) > 0`,
		"Logs do not reach Loki",
		"They wait on the collector's disk and are sent as soon as Loki takes them. Loki may be down, or turn them away: its log and alerts say.")
	g.add("LogQueueFilling", spec.SeverityWarning, "5m",
		queue+` / otelcol_exporter_queue_capacity{job="opp-collector"} > 0.5`,
		"The collector's queue is {{ $value | humanizePercentage }} full",
		"Loki takes logs more slowly than they are written. When the queue is full, logs are not read on.")
	g.add("LogQueueFull", spec.SeverityCritical, "",
		happened(`otelcol_exporter_enqueue_failed_log_records`, "job, instance"),
		"The collector's queue has no room",
		"Files and journals are not read on, and applications are told to come again. What is rotated away or given up meanwhile is lost,"+
			" and so may be a hundred lines of each file if the collector is reloaded now. Bring Loki back.")
	g.add("LogsNotAccepted", spec.SeverityWarning, "",
		happened(`otelcol_exporter_send_failed_log_records`, "job, instance"),
		"Loki refuses logs for good",
		"{{ printf \"%.0f\" $value }} records within 15 minutes are lost. The collector's log has Loki's words; LogsDiscarded names the reasons.")
	g.add("LogReceiverRefusing", spec.SeverityWarning, "",
		happened(`otelcol_receiver_refused_log_records`, "job, instance, receiver"),
		"Receiver {{ $labels.receiver }} could not hand on logs",
		"Applications are told to come again; of files and journals {{ printf \"%.0f\" $value }} records within 15 minutes are lost."+
			" The queue or the memory of the collector is full.")
	g.add("CollectorShortOfMemory", spec.SeverityWarning, "",
		happened(`otelcol_processor_memory_limiter_refused_log_records`, "job, instance"),
		"The collector is short of memory",
		"It takes no logs until some is free again. Raise collector.memory.")
	g.add("LogsUnclaimed", spec.SeverityWarning, "",
		happened(`otelcol_processor_filter_logs_filtered`, "job, instance"),
		"Applications send logs that no log source takes",
		"{{ printf \"%.0f\" $value }} records within 15 minutes are thrown away. A log source with otlp = {} takes what no other does.")
}

// happened is how much a counter grew within 15 minutes. One that nothing has
// happened to yet may have no series, so its first value counts all the same.
func happened(counter, by string) string {
	counter += `{job="opp-collector"}`
	return `sum by (` + by + `) (increase(` + counter + `[15m]) > 0 or (` + counter + ` > 0 unless ` + counter + ` offset 15m))`
}
