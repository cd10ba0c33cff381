resource "opp_scrape_job" "api" {
  stack   = opp_monitoring_stack.main.name
  name    = "api"
  targets = ["10.0.0.5:8000", "10.0.0.6:8000"]
  labels  = { service = "api" }

  interval = "10s"
  timeout  = "5s"

  metric_relabel = [
    { action = "drop", source_labels = ["__name__"], regex = "go_gc_.*" },
  ]
}

variable "metrics_password" {
  type      = string
  ephemeral = true
}

# The password is in neither plan nor state. Count its version up to send a new one.
resource "opp_scrape_job" "database" {
  stack   = opp_monitoring_stack.main.name
  name    = "database"
  targets = ["db.example.com:9187"]
  scheme  = "https"

  basic_auth = {
    username            = "prometheus"
    password_wo         = var.metrics_password
    password_wo_version = 1
  }
}
