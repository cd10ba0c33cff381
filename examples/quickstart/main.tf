terraform {
  required_version = ">= 1.11.0"

  required_providers {
    opp = {
      source = "openpolicyplatform/opp"
    }
  }
}

provider "opp" {}

# Prometheus, Alertmanager and node_exporter on this machine. Port 0 picks a
# free port once and keeps it; the short intervals are for watching it work.
resource "opp_monitoring_stack" "main" {
  name = "quickstart"

  prometheus = {
    port                = 0
    scrape_interval     = "2s"
    evaluation_interval = "2s"
    retention           = { time = "1d", size = "256MB" }
  }

  alertmanager  = { port = 0 }
  node_exporter = { port = 0 }
  grafana       = var.grafana ? { port = 0, path = var.grafana_home, anonymous_role = "Viewer" } : null
}

# What Prometheus scrapes: here, the metrics of this machine.
resource "opp_scrape_job" "node" {
  stack   = opp_monitoring_stack.main.name
  name    = "node"
  targets = [trimprefix(opp_monitoring_stack.main.endpoints["node_exporter"], "http://")]
  labels  = { service = "quickstart" }
}

# A rule that fires as soon as the first scrape succeeds. A real one would ask
# for "== 0" and wait a minute or two.
resource "opp_alert_rule" "node_answers" {
  stack    = opp_monitoring_stack.main.name
  name     = "node-answers"
  alert    = "NodeAnswers"
  group    = "quickstart"
  expr     = "up{job=\"${opp_scrape_job.node.name}\"} == 1"
  for      = "0s"
  severity = "info"
  summary  = "{{ $labels.instance }} answers (this alert fires on purpose)"
}

# A dashboard about the machine, where there is a Grafana.
resource "opp_dashboard" "node" {
  count  = var.grafana ? 1 : 0
  stack  = opp_monitoring_stack.main.name
  name   = "node"
  folder = "Quick start"
  config_json = jsonencode({
    title = "Machine"
    panels = [{
      type       = "timeseries"
      title      = "CPU"
      datasource = { type = "prometheus", uid = "prometheus" }
      gridPos    = { x = 0, y = 0, w = 24, h = 10 }
      targets    = [{ refId = "A", expr = "1 - avg(rate(node_cpu_seconds_total{mode=\"idle\"}[$__rate_interval]))" }]
    }]
  })
}

# Where notifications go: every alert of severity info, to a webhook.
resource "opp_notification_channel" "receiver" {
  stack      = opp_monitoring_stack.main.name
  name       = "receiver"
  webhook    = { url = var.webhook_url }
  matchers   = ["severity=\"info\""]
  group_by   = ["alertname"]
  group_wait = "1s"
}
