terraform {
  required_version = ">= 1.11.0"

  required_providers {
    opp = {
      source = "openpolicyplatform/opp"
    }
  }
}

variable "escalated" {
  description = "The severity whose alerts reach the one on call."
  type        = string
  default     = "critical"
}

resource "opp_monitoring_stack" "main" {
  name          = "oncall"
  prometheus    = { port = 0 }
  alertmanager  = { port = 0 }
  node_exporter = { port = 0 }
}

resource "opp_notification_channel" "oncall" {
  stack   = opp_monitoring_stack.main.name
  name    = "oncall"
  webhook = { url = "http://127.0.0.1:9999/oncall" }
}

resource "opp_notification_channel" "lead" {
  stack   = opp_monitoring_stack.main.name
  name    = "lead"
  webhook = { url = "http://127.0.0.1:9999/lead" }
}

resource "opp_escalation_policy" "critical" {
  stack    = opp_monitoring_stack.main.name
  name     = "critical"
  matchers = ["severity=\"${var.escalated}\""]

  step = [
    { channels = [opp_notification_channel.oncall.name] },
    { after = "15m", channels = [opp_notification_channel.lead.name] },
  ]
}

# By way of a local the data source comes after the policy and is read in the
# plan all the same. Referred to directly, a policy that changes puts it off
# until the change is applied.
locals {
  routed = opp_escalation_policy.critical.stack
}

data "opp_notification_route" "api_down" {
  stack  = local.routed
  labels = { alertname = "api-down", severity = "critical" }
}

# Warns in the plan of the change because of which nobody would be reached.
check "oncall_is_reached" {
  assert {
    condition     = contains(data.opp_notification_route.api_down.routes[*].channel, "oncall")
    error_message = "Nobody on call would hear of it."
  }
}

# Fails that plan.
output "reached" {
  value = data.opp_notification_route.api_down.routes[*].channel

  precondition {
    condition     = contains(data.opp_notification_route.api_down.routes[*].channel, "oncall")
    error_message = "Nobody on call would hear of it."
  }
}
