# What is critical goes to whoever is on call, at once. If nobody has silenced it
# after a quarter of an hour, the others hear of it too; and once more every hour.
resource "opp_escalation_policy" "critical" {
  stack    = opp_monitoring_stack.main.name
  name     = "critical"
  matchers = ["severity=\"critical\""]

  step = [
    { channels = [opp_notification_channel.oncall.name] },
    { after = "15m", channels = [opp_notification_channel.oncall.name, opp_notification_channel.rest.name] },
  ]

  repeat = { every = "1h", times = 3 }
}
