# Every plan and apply tells if a critical alert of the database would not reach
# its team on Christmas Eve.
check "database_team_is_reached" {
  data "opp_notification_route" "database" {
    stack = opp_monitoring_stack.main.name
    labels = {
      alertname = "DatabaseSlow"
      severity  = "warning"
      team      = "database"
    }
    at = "2026-12-24T22:00:00+01:00"

    depends_on = [opp_route.database]
  }

  assert {
    condition = anytrue([
      for route in data.opp_notification_route.database.routes :
      route.channel == opp_notification_channel.database_team.name && length(route.muted_by) == 0
    ])
    error_message = "Nobody of the database team would hear of it."
  }
}
