resource "opp_log_retention" "audit" {
  stack    = opp_monitoring_stack.main.name
  name     = "audit"
  selector = "{service=\"audit\"}"
  period   = "90d"
  priority = 10
}

resource "opp_log_retention" "batch" {
  stack    = opp_monitoring_stack.main.name
  name     = "batch"
  selector = "{service=\"batch\"}"
  period   = "24h"
}

check "audit_logs_are_kept" {
  assert {
    condition     = opp_log_retention.audit.effective != false
    error_message = "Loki does not keep to the retention of the audit logs. Their oldest entry is of ${coalesce(opp_log_retention.audit.oldest_entry, "never")}."
  }
}
