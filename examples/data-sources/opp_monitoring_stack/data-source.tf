# A stack that another Terraform manages.
data "opp_monitoring_stack" "shared" {
  name = "production"
}

output "alertmanager" {
  value = data.opp_monitoring_stack.shared.endpoints.alertmanager
}
