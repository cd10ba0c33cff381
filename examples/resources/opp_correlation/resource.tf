# While the database of a cluster is down, what follows from it is not told.
resource "opp_correlation" "database_down" {
  stack = opp_monitoring_stack.main.name
  name  = "database-down"

  dependency = {
    cause   = "DatabaseDown"
    effects = ["ApiErrors", "ApiSlow"]
    on      = ["cluster"]
  }
}

# A host that is down mutes everything else about it. The second matcher keeps
# it from muting alerts of its own kind.
resource "opp_correlation" "host_down" {
  stack           = opp_monitoring_stack.main.name
  name            = "host-down"
  source_matchers = ["alertname=\"HostDown\""]
  target_matchers = ["instance!=\"\"", "alertname!=\"HostDown\""]
  equal           = ["instance"]
}
