ephemeral "opp_grafana_credentials" "main" {
  stack = opp_monitoring_stack.main.name
}

# Whatever else Grafana has can be managed with its own provider.
provider "grafana" {
  url  = ephemeral.opp_grafana_credentials.main.url
  auth = ephemeral.opp_grafana_credentials.main.token
}
