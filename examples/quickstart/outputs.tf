output "prometheus_url" {
  description = "Prometheus' own pages: targets, rules, graphs."
  value       = opp_monitoring_stack.main.endpoints["prometheus"]
}

output "alertmanager_url" {
  description = "Alertmanager's own pages: alerts and silences."
  value       = opp_monitoring_stack.main.endpoints["alertmanager"]
}

output "dashboard_url" {
  description = "The dashboard in Grafana, which visitors may look at; null without Grafana."
  value       = one(opp_dashboard.node[*].url)
}

output "status" {
  description = "healthy when every component answers."
  value       = opp_monitoring_stack.main.status
}
