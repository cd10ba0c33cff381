variable "secrets" {
  type      = map(string)
  ephemeral = true
}

# The mail server is that of the stack, alertmanager.smtp.
resource "opp_notification_channel" "email" {
  stack = opp_monitoring_stack.main.name
  name  = "email"
  email = {
    to      = "team@example.com, lead@example.com"
    headers = { Subject = "{{ .Status | toUpper }}: {{ .CommonLabels.alertname }}" }
  }
}

resource "opp_notification_channel" "webhook" {
  stack = opp_monitoring_stack.main.name
  name  = "webhook"
  webhook = {
    url = "https://alerts.example.com/hook"
    http_config = {
      basic_auth = { username = "opp", password_wo = var.secrets["webhook"], password_wo_version = 1 }
      tls_config = { ca_file = "/etc/ssl/example-ca.pem" }
      proxy_url  = "http://proxy.example.com:3128"
    }
  }
}

# An app instead of an incoming webhook.
resource "opp_notification_channel" "slack_app" {
  stack = opp_monitoring_stack.main.name
  name  = "slack-app"
  slack = {
    app_token_wo         = var.secrets["slack"]
    app_token_wo_version = 1
    channel              = "#alerts"
    fields               = [{ title = "Team", value = "{{ .CommonLabels.team }}", short = true }]
  }
}

resource "opp_notification_channel" "pagerduty" {
  stack = opp_monitoring_stack.main.name
  name  = "pagerduty"
  pagerduty = {
    routing_key_wo         = var.secrets["pagerduty"]
    routing_key_wo_version = 1
    severity               = "{{ .CommonLabels.severity }}"
  }
}

resource "opp_notification_channel" "opsgenie" {
  stack = opp_monitoring_stack.main.name
  name  = "opsgenie"
  opsgenie = {
    api_key_wo         = var.secrets["opsgenie"]
    api_key_wo_version = 1
    priority           = "P2"
    responders         = [{ name = "database", type = "team" }]
  }
}

resource "opp_notification_channel" "msteams" {
  stack   = opp_monitoring_stack.main.name
  name    = "msteams"
  msteams = { webhook_url_wo = var.secrets["msteams"], webhook_url_wo_version = 1 }
}

resource "opp_notification_channel" "discord" {
  stack   = opp_monitoring_stack.main.name
  name    = "discord"
  discord = { webhook_url_wo = var.secrets["discord"], webhook_url_wo_version = 1 }
}

resource "opp_notification_channel" "telegram" {
  stack    = opp_monitoring_stack.main.name
  name     = "telegram"
  telegram = { bot_token_wo = var.secrets["telegram"], bot_token_wo_version = 1, chat_id = -1001234567 }
}

resource "opp_notification_channel" "mattermost" {
  stack = opp_monitoring_stack.main.name
  name  = "mattermost"
  mattermost = {
    webhook_url_wo         = var.secrets["mattermost"]
    webhook_url_wo_version = 1
    priority               = { priority = "urgent", requested_ack = true }
  }
}

resource "opp_notification_channel" "rocketchat" {
  stack = opp_monitoring_stack.main.name
  name  = "rocketchat"
  rocketchat = {
    api_url             = "https://chat.example.com"
    channel             = "#alerts"
    token_id_wo         = var.secrets["rocketchat_user"]
    token_id_wo_version = 1
    token_wo            = var.secrets["rocketchat"]
    token_wo_version    = 1
  }
}

resource "opp_notification_channel" "jira" {
  stack = opp_monitoring_stack.main.name
  name  = "jira"
  jira = {
    api_url            = "https://example.atlassian.net/rest/api/2"
    project            = "OPS"
    issue_type         = "Bug"
    resolve_transition = "Done"
    fields             = { components = jsonencode([{ name = "platform" }]) }
    http_config = {
      basic_auth = { username = "opp@example.com", password_wo = var.secrets["jira"], password_wo_version = 1 }
    }
  }
}

resource "opp_notification_channel" "incidentio" {
  stack = opp_monitoring_stack.main.name
  name  = "incidentio"
  incidentio = {
    url                           = "https://api.incident.io/v2/alert_events/alertmanager/01ABC"
    alert_source_token_wo         = var.secrets["incidentio"]
    alert_source_token_wo_version = 1
  }
}

resource "opp_notification_channel" "pushover" {
  stack = opp_monitoring_stack.main.name
  name  = "pushover"
  pushover = {
    user_key_wo         = var.secrets["pushover_user"]
    user_key_wo_version = 1
    token_wo            = var.secrets["pushover"]
    token_wo_version    = 1
  }
}

resource "opp_notification_channel" "victorops" {
  stack     = opp_monitoring_stack.main.name
  name      = "victorops"
  victorops = { api_key_wo = var.secrets["victorops"], api_key_wo_version = 1, routing_key = "database" }
}

resource "opp_notification_channel" "webex" {
  stack = opp_monitoring_stack.main.name
  name  = "webex"
  webex = {
    room_id     = "Y2lzY29zcGFyazovL3VzL1JPT00v"
    http_config = { authorization = { credentials_wo = var.secrets["webex"], credentials_wo_version = 1 } }
  }
}

# The keys come from ~/.aws/credentials of the user whom the stack runs as, or from the role of the machine.
resource "opp_notification_channel" "sns" {
  stack = opp_monitoring_stack.main.name
  name  = "sns"
  sns = {
    topic_arn = "arn:aws:sns:eu-central-1:123456789012:alerts"
    sigv4     = { region = "eu-central-1", profile = "alerts" }
  }
}

resource "opp_notification_channel" "wechat" {
  stack = opp_monitoring_stack.main.name
  name  = "wechat"
  wechat = {
    api_secret_wo         = var.secrets["wechat"]
    api_secret_wo_version = 1
    corp_id               = "ww0123456789"
    agent_id              = "1000002"
    to_user               = "@all"
  }
}
