resource "opp_notification_channel" "database_team" {
  stack   = opp_monitoring_stack.main.name
  name    = "database-team"
  webhook = { url = "https://alerts.example.com/database" }
}

# Alerts of the database team, put together by cluster.
resource "opp_route" "database" {
  stack    = opp_monitoring_stack.main.name
  name     = "database"
  channel  = opp_notification_channel.database_team.name
  matchers = ["team=\"database\"", "severity!=\"critical\""]
  group_by = ["alertname", "cluster"]
}

# Of these, what is only for information goes to the rest, every half a day.
# Everything else is as the parent has it.
resource "opp_route" "database_info" {
  stack           = opp_monitoring_stack.main.name
  name            = "database-info"
  parent          = opp_route.database.name
  channel         = opp_notification_channel.rest.name
  matchers        = ["severity=\"info\""]
  repeat_interval = "12h"
}
