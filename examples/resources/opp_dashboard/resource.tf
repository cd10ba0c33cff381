resource "opp_dashboard" "overview" {
  stack       = opp_monitoring_stack.main.name
  name        = "overview"
  folder      = "Platform"
  config_json = file("${path.module}/overview.json")
}

output "overview" {
  value = opp_dashboard.overview.url
}
