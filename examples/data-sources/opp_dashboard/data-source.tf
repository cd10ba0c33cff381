# A dashboard that somebody made by hand, to be kept in a file and managed from then on.
data "opp_dashboard" "handmade" {
  stack = opp_monitoring_stack.main.name
  uid   = "ad8fjtmr5sb9ca"
}

output "handmade" {
  value = data.opp_dashboard.handmade.config_json
}
