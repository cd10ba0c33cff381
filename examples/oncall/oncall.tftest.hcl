# Run by "terraform test" or "tofu test" in this directory. Nothing is started:
# plans are enough to tell who would be reached.

run "critical_alerts_reach_who_is_on_call" {
  command = plan

  assert {
    condition     = data.opp_notification_route.api_down.routes[*].channel == tolist(["oncall"])
    error_message = "Critical alerts would go elsewhere."
  }

  assert {
    condition = [for step in data.opp_notification_route.api_down.escalates_to : "${step.after}: ${join(", ", step.channels)}"] == [
      "15m: lead"
    ]
    error_message = "The lead would not be told after 15 minutes."
  }
}

run "a_change_that_loses_them_is_noticed" {
  command = plan

  variables {
    escalated = "page"
  }

  expect_failures = [check.oncall_is_reached, output.reached]
}
