# Every plan tells if a warning of the database would not reach its team on
# Christmas Eve. By way of a local the data source comes after the route and is
# read in the plan all the same.
locals {
  database_routed = opp_route.database.stack
}

data "opp_notification_route" "database" {
  stack = local.database_routed
  labels = {
    alertname = "DatabaseSlow"
    severity  = "warning"
    team      = "database"
  }
  at = "2026-12-24T22:00:00+01:00"
}

check "database_team_is_reached" {
  assert {
    condition = anytrue([
      for route in data.opp_notification_route.database.routes :
      route.channel == opp_notification_channel.database_team.name && length(route.muted_by) == 0
    ])
    error_message = "Nobody of the database team would hear of it."
  }
}
