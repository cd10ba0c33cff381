package dashboard

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A Grafana dashboard. The stack must have a Grafana (block `grafana`). What people change in Grafana itself " +
			"shows in `drift`, and `ui_edits` says what becomes of it.",
		Attributes: map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name": tfkit.Identity("Name of the dashboard, which identifies it within the stack and is its uid in Grafana: " +
				"up to 40 letters, digits, dashes and underscores."),
			"folder": tfkit.Optional("Title of the folder. It is created when it is first used, and removed with the last dashboard of ours in it. " +
				"Left out, the dashboard is at Grafana's root."),
			"config_json": configJSON(),
			"ui_edits": tfkit.String("What becomes of changes that people make in Grafana itself. `report` shows them in `drift`, and applying a plan "+
				"that shows them restores the dashboard; changes that the plan did not show are not overwritten. "+
				"`revert` restores it whatever was changed since. `keep` leaves them alone.", spec.UIEditsReport),
			"lint":     tfkit.String("What becomes of problems that Grafana would accept, such as overlapping panels: `warn`, `error` or `off`.", spec.LintWarn),
			"annotate": tfkit.Bool("Whether every save leaves an annotation tagged `opp` on the dashboard.", true),
			"url": schema.StringAttribute{
				MarkdownDescription: "URL of the dashboard.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"version": schema.Int64Attribute{
				MarkdownDescription: "Version in Grafana, which counts every save; `0` while Grafana does not have the dashboard.",
				Computed:            true,
				PlanModifiers: []planmodifier.Int64{
					tfkit.KeepUnlessChanged(path.Root("config_json"), path.Root("folder"), path.Root("ui_edits"), path.Root("drift")),
				},
			},
			"drift": tfkit.Drift(),
		},
	}
}

func configJSON() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "The dashboard in JSON, as Grafana exports it, best as `file(\"NAME.json\")`. Its uid is `name` whatever the text says. " +
			"Key order, white space, and what Grafana sets itself (`id`, `version`, defaults) make no difference.",
		Required:      true,
		CustomType:    jsonType{},
		PlanModifiers: []planmodifier.String{keepEqual{}},
	}
}
