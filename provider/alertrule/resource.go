// Package alertrule is the object opp_alert_rule: one alerting rule over metrics or logs.
package alertrule

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.AlertRule]{
		Type:   "opp_alert_rule",
		Kind:   spec.KindAlertRule,
		Schema: resourceSchema,
	})
}
