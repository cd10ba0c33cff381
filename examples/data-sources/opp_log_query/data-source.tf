data "opp_log_query" "last_errors" {
  stack = opp_monitoring_stack.main.name
  query = "{service=\"api\"} | detected_level=\"error\""
  since = "1h"
  limit = 20
}

check "no_errors" {
  assert {
    condition     = length(data.opp_log_query.last_errors.entries) == 0
    error_message = "Last error: ${try(data.opp_log_query.last_errors.entries[0].line, "")}"
  }
}

# A query that computes a number has its answer in vector.
data "opp_log_query" "lines" {
  stack = opp_monitoring_stack.main.name
  query = "sum by (service) (count_over_time({service=~\".+\"}[1h]))"
}

output "lines_of_the_last_hour" {
  value = { for sample in data.opp_log_query.lines.vector : sample.labels.service => tonumber(sample.value) }
}
