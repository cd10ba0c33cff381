package tfkit

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Create implements resource.Resource.
func (r *objectResource[M, S, PM, PS]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State, resp.Diagnostics = r.put(ctx, OpCreate, req.Plan, req.Config, resp.State)
}

// Update implements resource.Resource.
func (r *objectResource[M, S, PM, PS]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var prior M
	if resp.Diagnostics.Append(req.State.Get(ctx, &prior)...); resp.Diagnostics.HasError() {
		return
	}
	resp.State, resp.Diagnostics = r.put(ctx, OpUpdate, req.Plan, req.Config, resp.State, PM(&prior).ToSpec())
}

// put writes the planned object and gives the state after it, or the state
// before if it could not be written.
func (r *objectResource[M, S, PM, PS]) put(
	ctx context.Context, op Operation, plan tfsdk.Plan, config tfsdk.Config, state tfsdk.State, prior ...S,
) (tfsdk.State, diag.Diagnostics) {
	var m M
	full, diags := withSecrets(ctx, plan, config)
	if diags.HasError() {
		return state, diags
	}
	_, d := decode(ctx, full, &m)
	diags.Append(d...)
	ctx, cancel := withTimeout(ctx, &m, op, &diags)
	defer cancel()
	if diags.HasError() {
		return state, diags
	}

	object := PM(&m).ToSpec()
	for _, p := range prior {
		keepSecrets(PS(&object), PS(&p))
		if s, ok := any(&m).(Seer[S]); ok {
			s.TakeSeen(&object, p)
		}
	}
	about := r.subject(PS(&object), plan.Schema)
	c, err := r.data.Client()
	if err != nil {
		return state, append(diags, Diagnose(ctx, about, err)...)
	}
	mode := map[Operation]api.PutMode{OpCreate: api.PutCreate, OpUpdate: api.PutUpdate}[op]
	turn := r.data.Planned.take(PS(&object))
	defer turn.Unlock()
	result, err := client.Put(ctx, c, r.Kind, PS(&object).StackName(), PS(&object).ObjectName(), mode, object)
	r.data.Observations.Drop(PS(&object).StackName())
	r.data.Planned.Written(PS(&object))
	if err != nil {
		return state, append(diags, Diagnose(ctx, about, err)...)
	}
	turn.created = turn.created || op == OpCreate

	r.fill(&m, result.Record.Observed, result.Status)
	next := tfsdk.State(plan)
	diags.Append(next.Set(ctx, &m)...)
	after, d := settled(plan, next)
	diags.Append(d...)
	diags.Append(remarks(about, result.Adopted, result.Warnings, result.Record.Drift, result.Status)...)
	diags.Append(remark(&m, result.Record.Observed)...)
	return after, diags
}

// remark is what the model has to say about what was observed.
func remark[S any](m any, observed S) diag.Diagnostics {
	var diags diag.Diagnostics
	if r, ok := m.(Remarker[S]); ok {
		if summary, detail := r.Remark(observed); summary != "" {
			diags.AddWarning(summary, detail)
		}
	}
	return diags
}

// remarks are the warnings after a write. State says what was planned, so what
// went wrong in the meantime is told here and shows in the next plan.
func remarks(about Subject, adopted bool, warnings, drift []string, status *api.StackStatus) diag.Diagnostics {
	var diags diag.Diagnostics
	if adopted {
		diags.AddWarning(fmt.Sprintf("%s existed already and was adopted", capital(about.Noun)),
			"It had exactly this content, probably because an earlier apply was interrupted. Terraform manages it from now on.")
	}
	warn(&diags, warnings, "The change was made.")
	for _, sentence := range drift {
		diags.AddWarning(fmt.Sprintf("%s: %s", capital(about.Noun), sentence),
			"The change was made, but this differs from what was asked for. Plan again to see whether it still does.")
	}
	if status != nil && status.Status != api.StatusHealthy {
		diags.AddWarning(fmt.Sprintf("%s is %s", capital(about.Noun), status.Status),
			"The change was made, but not every component is healthy. Plan again to see which.")
	}
	return diags
}

// keepSecrets leaves out the values of secrets whose version is the one that
// was sent before. Without a version nobody can tell, so the value is sent.
func keepSecrets(object, prior spec.Object) {
	before := prior.Secrets()
	for p, secret := range object.Secrets() {
		if old := before[p]; old != nil && old.Version != 0 && old.Version == secret.Version {
			secret.Value = ""
		}
	}
}

// Read implements resource.Resource: state becomes what runs.
func (r *objectResource[M, S, PM, PS]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m M
	if resp.Diagnostics.Append(req.State.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	object := PM(&m).ToSpec()
	stack, name := PS(&object).StackName(), PS(&object).ObjectName()
	observation, first, err := r.data.Observations.Of(ctx, stack)
	switch {
	case codeIs(err, api.CodeNotFound):
		resp.State.RemoveResource(ctx)
		return
	case codeIs(err, api.CodeUnavailable) && !PM(&m).common().imported():
		if first {
			resp.Diagnostics.AddWarning(capital(err.Error()),
				fmt.Sprintf("What runs in the stack %q is not known now. Terraform goes on with what it knew last.", stack))
		}
		return
	case err != nil:
		resp.Diagnostics.Append(Diagnose(ctx, r.subject(PS(&object), req.State.Schema), err)...)
		return
	}
	if first {
		warn(&resp.Diagnostics, observation.Warnings, "Terraform goes on with what it knew last of this component.")
		warn(&resp.Diagnostics, observation.Remarks, "Applying again does not change it: the configuration has to.")
	}
	record, ok := r.find(observation, name)
	if !ok {
		resp.State.RemoveResource(ctx)
		return
	}
	r.fill(&m, record.Observed, &observation.Status)
	PM(&m).common().Drift = StringList(record.Drift)
	if err := r.complete(ctx, &m, stack, name); err != nil {
		resp.Diagnostics.Append(Diagnose(ctx, r.subject(PS(&object), req.State.Schema), err)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	resp.Diagnostics.Append(remark(&m, record.Observed)...)
}

// complete asks for the whole object if the observation left something out that
// state does not have.
func (r *objectResource[M, S, PM, PS]) complete(ctx context.Context, m PM, stack, name string) error {
	completer, ok := any(m).(Completer[S])
	if !ok || !completer.Incomplete() {
		return nil
	}
	c, err := r.data.Client()
	if err != nil {
		return err
	}
	whole, err := client.Get[S](ctx, c, r.Kind, stack, name)
	if err == nil {
		completer.Complete(whole)
	}
	return err
}

// Delete implements resource.Resource. What this apply has created in the meantime
// under the same name stays.
func (r *objectResource[M, S, PM, PS]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m M
	if resp.Diagnostics.Append(req.State.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := withTimeout(ctx, &m, OpDelete, &resp.Diagnostics)
	defer cancel()
	object := PM(&m).ToSpec()
	turn := r.data.Planned.take(PS(&object))
	defer turn.Unlock()
	if turn.created {
		return
	}
	c, err := r.data.Client()
	if err == nil && !resp.Diagnostics.HasError() {
		force := false
		if f, ok := any(&m).(ForceDeleter); ok {
			force = f.ForceDelete()
		}
		var result api.DeleteResult
		result, err = c.Delete(ctx, r.Kind, PS(&object).StackName(), PS(&object).ObjectName(), force)
		r.data.Observations.Drop(PS(&object).StackName())
		r.data.Planned.Written(PS(&object))
		warn(&resp.Diagnostics, result.Warnings, "There is nothing to do if the same apply changes them: Terraform removes first and changes then. "+
			"Otherwise correct what refers to it.")
	}
	if err != nil {
		resp.Diagnostics.Append(Diagnose(ctx, r.subject(PS(&object), req.State.Schema), err)...)
	}
}

// fill puts an object and, for a stack, its status into the model.
func (r *objectResource[M, S, PM, PS]) fill(m PM, object S, status *api.StackStatus) {
	m.FromSpec(object)
	c := m.common()
	c.ID = types.StringValue(id(PS(&object)))
	c.Drift = StringList(nil)
	if s, ok := any(m).(StatusModel); ok && status != nil {
		s.SetStatus(*status)
	}
}
