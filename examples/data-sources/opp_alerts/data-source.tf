data "opp_alerts" "critical" {
  stack    = opp_monitoring_stack.main.name
  matchers = ["severity=\"critical\""]
}

check "nothing_critical" {
  assert {
    condition     = alltrue([for alert in data.opp_alerts.critical.alerts : alert.state != "active"])
    error_message = "Critical: ${join(", ", [for alert in data.opp_alerts.critical.alerts : alert.labels.alertname])}"
  }
}
