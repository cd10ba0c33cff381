package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/openpolicyplatform/terraform-provider-opp/provider"
)

// The framework checks every schema when it is asked for them, and the docs
// are made of the descriptions.
func TestSchemas(t *testing.T) {
	t.Parallel()
	server, err := providerserver.NewProtocol6WithError(provider.New("test", nil)())()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range schemas.Diagnostics {
		t.Errorf("%s: %s: %s", d.Attribute, d.Summary, d.Detail)
	}
	described(t, "provider", schemas.Provider.Block.Attributes)
	for name, s := range schemas.ResourceSchemas {
		described(t, name, s.Block.Attributes)
	}
	for name, s := range schemas.DataSourceSchemas {
		described(t, "data."+name, s.Block.Attributes)
	}
	for name, s := range schemas.EphemeralResourceSchemas {
		described(t, "ephemeral."+name, s.Block.Attributes)
	}
	if schemas.EphemeralResourceSchemas["opp_grafana_credentials"] == nil {
		t.Error("there is no ephemeral resource opp_grafana_credentials")
	}
	for _, want := range []string{"opp_monitoring_stack", "opp_scrape_job", "opp_alert_rule", "opp_notification_channel", "opp_route", "opp_mute_window", "opp_correlation", "opp_dashboard", "opp_log_source", "opp_log_retention", "opp_escalation_policy", "opp_silence", "opp_notification_template"} {
		if schemas.ResourceSchemas[want] == nil {
			t.Errorf("there is no resource %s", want)
		}
	}
	for _, want := range []string{"opp_monitoring_stack", "opp_alerts", "opp_notification_route", "opp_metric_query", "opp_dashboard", "opp_log_query"} {
		if schemas.DataSourceSchemas[want] == nil {
			t.Errorf("there is no data source %s", want)
		}
	}
	if schemas.Functions["prometheus_rules"] == nil {
		t.Error("there is no function prometheus_rules")
	}
}

func described(t *testing.T, where string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, a := range attributes {
		if a.Description == "" {
			t.Errorf("%s.%s has no description", where, a.Name)
		}
		if a.NestedType != nil {
			described(t, where+"."+a.Name, a.NestedType.Attributes)
		}
	}
}
