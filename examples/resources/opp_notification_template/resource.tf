# One line for every alert, and a link to what to do.
resource "opp_notification_template" "alerts" {
  stack   = opp_monitoring_stack.main.name
  name    = "alerts"
  content = <<-EOT
    {{ range .Alerts }}
    {{ .Status | toUpper }} {{ .Labels.alertname }} on {{ .Labels.instance }}: {{ .Annotations.summary }}
    {{- with .Annotations.runbook_url }} ({{ . }}){{ end }}
    {{ end }}
  EOT
}

variable "chat_webhook_url" {
  type      = string
  ephemeral = true
}

resource "opp_notification_channel" "chat" {
  stack = opp_monitoring_stack.main.name
  name  = "chat"
  slack = {
    api_url_wo         = var.chat_webhook_url
    api_url_wo_version = 1
    text               = "{{ template \"${opp_notification_template.alerts.name}\" . }}"
  }
}
