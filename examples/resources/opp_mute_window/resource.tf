# Nights and weekends in Berlin. A range over midnight is written as two.
resource "opp_mute_window" "nights" {
  stack = opp_monitoring_stack.main.name
  name  = "nights"

  intervals = [
    {
      times = [
        { start_time = "00:00", end_time = "07:00" },
        { start_time = "20:00", end_time = "24:00" },
      ]
      location = "Europe/Berlin"
    },
    {
      weekdays = ["saturday", "sunday"]
      location = "Europe/Berlin"
    },
  ]
}

# What is not urgent waits until the morning. It is still this route that takes
# the alerts: a muted route does not hand them on.
resource "opp_route" "warnings" {
  stack        = opp_monitoring_stack.main.name
  name         = "warnings"
  channel      = opp_notification_channel.rest.name
  matchers     = ["severity=\"warning\""]
  order        = 10
  mute_windows = [opp_mute_window.nights.name]
}
