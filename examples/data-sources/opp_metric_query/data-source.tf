data "opp_metric_query" "down" {
  stack = opp_monitoring_stack.main.name
  query = "up == 0"
}

check "every_target_is_up" {
  assert {
    condition     = length(data.opp_metric_query.down.vector) == 0
    error_message = "Down: ${join(", ", [for sample in data.opp_metric_query.down.vector : sample.labels.instance])}"
  }
}
