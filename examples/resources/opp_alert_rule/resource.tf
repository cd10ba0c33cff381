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
