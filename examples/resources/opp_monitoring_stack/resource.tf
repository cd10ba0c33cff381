# Every block and every attribute but the name has a default.
resource "opp_monitoring_stack" "main" {
  name = "production"

  prometheus = {
    scrape_interval = "30s"
    memory          = "1GB"
    retention       = { time = "30d", size = "20GB" }
    external_labels = { cluster = "production" }
  }

  alertmanager  = { port = 9193 }
  node_exporter = { enabled = false }
}

output "prometheus" {
  value = opp_monitoring_stack.main.endpoints.prometheus
}
