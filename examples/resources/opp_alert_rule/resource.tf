resource "opp_alert_rule" "api_down" {
  stack       = opp_monitoring_stack.main.name
  name        = "api-down"
  alert       = "ServiceDown"
  group       = "availability"
  expr        = "up{job=\"api\"} == 0"
  for         = "1m"
  severity    = "critical"
  summary     = "{{ $labels.instance }} is down"
  description = "Prometheus could not scrape it for a minute."
  runbook_url = "https://runbooks.example.com/service-down"
  labels      = { team = "api" }
}

# LogQL, evaluated by the stack's Loki.
resource "opp_alert_rule" "api_errors" {
  stack    = opp_monitoring_stack.main.name
  name     = "api-errors"
  source   = "logs"
  expr     = "sum(count_over_time({service=\"api\"} |= \"error\" [5m])) > 10"
  for      = "1m"
  severity = "warning"
  summary  = "{{ $value }} errors in five minutes"
}
