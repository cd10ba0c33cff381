package silence

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// endOfDuration plans the end of a silence that says how long it is, as soon as
// its start is known.
type endOfDuration struct{}

// Description implements planmodifier.Describer.
func (endOfDuration) Description(context.Context) string { return "Start and duration give the end." }

// MarkdownDescription implements planmodifier.Describer.
func (e endOfDuration) MarkdownDescription(ctx context.Context) string { return e.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (endOfDuration) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.PlanValue.IsUnknown() || !req.ConfigValue.IsNull() {
		return
	}
	var start, duration types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("start"), &start)...)
	if start.IsNull() && !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("start"), &start)...)
	}
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("duration"), &duration)...)
	if start.ValueString() == "" || duration.ValueString() == "" {
		return
	}
	s := spec.Silence{Start: start.ValueString(), Duration: duration.ValueString()}
	if s.Begin(time.Time{}, nil); s.End != "" {
		resp.PlanValue = types.StringValue(s.End)
	}
}
