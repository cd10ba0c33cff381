variable "slack_webhook_url" {
  type      = string
  ephemeral = true
}

# What is critical goes to Slack, at once and again every hour.
resource "opp_notification_channel" "oncall" {
  stack           = opp_monitoring_stack.main.name
  name            = "oncall"
  matchers        = ["severity=\"critical\""]
  group_by        = ["alertname"]
  group_wait      = "10s"
  repeat_interval = "1h"

  slack = {
    api_url_wo         = var.slack_webhook_url
    api_url_wo_version = 1
    channel            = "#oncall"
  }
}

# Everything else goes to a webhook.
resource "opp_notification_channel" "rest" {
  stack   = opp_monitoring_stack.main.name
  name    = "rest"
  default = true
  webhook = { url = "https://alerts.example.com/hook" }
}
