# Every attribute but the name has a default. Grafana, Loki and the collector run only where their block is written.
resource "opp_monitoring_stack" "main" {
  name = "production"

  prometheus = {
    scrape_interval = "30s"
    memory          = "1GB"
    retention       = { time = "30d", size = "20GB" }
    external_labels = { cluster = "production" }
  }

  alertmanager = {
    port = 9193
    smtp = { smarthost = "mail.example.com:587", from = "alerts@example.com" }
  }
  node_exporter = { enabled = false }
  grafana       = { anonymous_role = "Viewer" }
  loki          = { retention = "14d" }
  collector     = {}
}

output "prometheus" {
  value = opp_monitoring_stack.main.endpoints.prometheus
}
