# Move the alerting rules of an existing rule file to Terraform.
locals {
  rules = { for rule in provider::opp::prometheus_rules(file("${path.module}/rules.yml")) : rule.name => rule }
}

resource "opp_alert_rule" "migrated" {
  for_each = local.rules

  stack           = opp_monitoring_stack.main.name
  name            = each.key
  alert           = each.value.alert
  group           = each.value.group
  group_interval  = each.value.group_interval
  expr            = each.value.expr
  for             = each.value.for
  keep_firing_for = each.value.keep_firing_for
  severity        = each.value.severity
  summary         = each.value.summary
  description     = each.value.description
  runbook_url     = each.value.runbook_url
  labels          = each.value.labels
  annotations     = each.value.annotations
  order           = each.value.order
  paused          = each.value.paused
}
