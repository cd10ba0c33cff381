package tfkit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// placeholder stands for a name that is not known yet; it obeys every rule for names.
const placeholder = "unknown"

// ValidateConfig implements resource.ResourceWithValidateConfig: it reports
// what spec finds wrong with the values that are known.
func (r *objectResource[M, S, PM, PS]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m M
	unknown, diags := decode(ctx, req.Config, &m)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	noun := fmt.Sprintf("%s %q", r.Kind.Noun(), PM(&m).common().Name.ValueString())
	if name := &PM(&m).common().Name; name.IsNull() {
		*name = types.StringValue(placeholder)
		noun = r.Kind.Noun()
	}
	object := PM(&m).ToSpec()
	spec.WithDefaults(PS(&object))

	unexcused := func(problems spec.FieldErrors) spec.FieldErrors {
		return slices.DeleteFunc(problems, func(f spec.FieldError) bool { return r.excused(ctx, f, unknown, req.Config.Schema) })
	}
	about := Subject{Noun: noun, Schema: req.Config.Schema}
	errors, warnings := check(PS(&object))
	resp.Diagnostics.Append(diagnoseFields(about, unexcused(errors))...)
	resp.Diagnostics.Append(warnFields(about, unexcused(warnings))...)
}

func check(object spec.Object) (errors, warnings spec.FieldErrors) {
	if w, ok := object.(Warner); ok {
		return w.Check()
	}
	return object.Validate(), nil
}

// excused tells whether a problem may go away once unknown values are known.
func (r *objectResource[M, S, PM, PS]) excused(ctx context.Context, f spec.FieldError, unknown unknowns, schema Typed) bool {
	if f.Path == "" {
		return unknown.block(ctx, schema)
	}
	at := FieldPath(schema, f.Path)
	if unknown.touch(at) || f.Beside && unknown.touch(at.ParentPath()) {
		return true
	}
	d, ok := any(new(M)).(Depender)
	if !ok {
		return false
	}
	return slices.ContainsFunc(d.DependsOn(f.Path), func(other string) bool { return unknown.touch(FieldPath(schema, other)) })
}

// ModifyPlan implements resource.ResourceWithModifyPlan: it finds mistakes that
// only show between objects.
func (r *objectResource[M, S, PM, PS]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.data == nil {
		return
	}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(r.checkRemoval(ctx, req.State, "")...)
		return
	}
	var m M
	unknown, diags := decode(ctx, tfsdk.Config(req.Plan), &m)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || unknown.touch(path.Root("name")) || unknown.touch(path.Root("stack")) {
		return
	}
	object := PM(&m).ToSpec()
	about := r.subject(PS(&object), req.Plan.Schema)
	if c, ok := any(&m).(PlanChecker); ok {
		problems, warnings := c.CheckPlan(r.data.Planned)
		resp.Diagnostics.Append(diagnoseFields(about, problems)...)
		resp.Diagnostics.Append(warnFields(about, warnings)...)
	}
	known := decided(req.Plan, PS(&object), unknown)
	if stack, ok := any(PS(&object)).(*spec.Stack); ok {
		if !known {
			stack = nil
		}
		r.data.Planned.AddStack(PS(&object).ObjectName(), stack)
	}
	r.data.Planned.Expect(PS(&object), known)
	resp.Diagnostics.Append(r.checkIn(ctx, about, PS(&object), unknown)...)
	if req.State.Raw.IsNull() {
		resp.Diagnostics.Append(r.checkNew(ctx, about, PS(&object))...)
	} else {
		resp.Diagnostics.Append(r.checkRemoval(ctx, req.State, id(PS(&object)))...)
	}
	changed := !req.Plan.Raw.Equal(req.State.Raw)
	problems, warnings := r.data.Planned.Relate(PS(&object), !unknown.touchAny(routing()...), changed)
	resp.Diagnostics.Append(diagnoseFields(about, problems)...)
	resp.Diagnostics.Append(warnFields(about, warnings)...)
	if a, ok := any(&m).(Asker); ok && !resp.Diagnostics.HasError() && changed {
		resp.Diagnostics.Append(r.data.ask(ctx, about, PS(&object).StackName(), a.Ask())...)
	}
}

// checkIn checks an object against its stack, if that is part of the plan.
func (r *objectResource[M, S, PM, PS]) checkIn(ctx context.Context, about Subject, object spec.Object, unknown unknowns) diag.Diagnostics {
	stack := r.data.Planned.Stack(object.StackName())
	if stack == nil || object.Kind() == spec.KindStack {
		return nil
	}
	problems := spec.ValidateNeeds(object, stack)
	if d, ok := object.(spec.Dependent); ok && len(problems) == 0 {
		problems = d.ValidateIn(stack)
	}
	return diagnoseFields(about, slices.DeleteFunc(problems, func(f spec.FieldError) bool { return r.excused(ctx, f, unknown, about.Schema) }))
}

// decided tells whether all of an object is known that users say.
func decided(plan tfsdk.Plan, object spec.Object, unknown unknowns) bool {
	if stack, ok := object.(*spec.Stack); ok {
		return !undecided(unknown, stack)
	}
	for name, attribute := range plan.Schema.GetAttributes() {
		if (attribute.IsRequired() || attribute.IsOptional()) && unknown.touch(path.Root(name)) {
			return false
		}
	}
	return true
}

// routing are the attributes that decide whether a route can be reached, and what
// a policy takes over.
func routing() []path.Path {
	var paths []path.Path
	for _, name := range []string{"matchers", "parent", "order", "continue", "default", "step"} {
		paths = append(paths, path.Root(name))
	}
	return paths
}

// checkRemoval reports those of the plan that will still refer to an object
// which it removes; instead is the id of what replaces it, empty for nothing.
func (r *objectResource[M, S, PM, PS]) checkRemoval(ctx context.Context, state tfsdk.State, instead string) diag.Diagnostics {
	var before types.String
	diags := state.GetAttribute(ctx, path.Root("id"), &before)
	if diags.HasError() || before.ValueString() == instead {
		return diags // as nearly all do, and need not be decoded for that
	}
	var m M
	if diags = state.Get(ctx, &m); diags.HasError() {
		return diags
	}
	object := PM(&m).ToSpec()
	r.data.Planned.ExpectGone(PS(&object))
	if users := r.data.Planned.Remove(PS(&object)); len(users) > 0 {
		slices.Sort(users)
		diags.AddError(fmt.Sprintf("%s cannot be removed: it will still be in use by %s", capital(subject(PS(&object))), strings.Join(users, ", ")),
			"Keep it, or let them refer to another.")
	}
	return diags
}

// checkNew checks that an object can be created: nobody else has its name, and
// there is a stack for it.
func (r *objectResource[M, S, PM, PS]) checkNew(ctx context.Context, about Subject, object spec.Object) diag.Diagnostics {
	var diags diag.Diagnostics
	if !r.data.Planned.Create(object) {
		diags.AddAttributeError(path.Root("name"),
			fmt.Sprintf("%s is declared twice: another %s of this configuration has the same name", capital(about.Noun), r.Type),
			"Names identify objects within their stack. Give one of the two another name, or remove it.")
	}
	if r.Kind != spec.KindStack {
		diags.Append(r.checkStack(ctx, about, object.StackName())...)
	}
	return diags
}

// undecided tells whether it is not known yet which components a stack has,
// whether they run elsewhere, and what its objects may rely on.
func undecided(unknown unknowns, stack *spec.Stack) bool {
	alertmanager := path.Root("alertmanager")
	return unknown.touch(alertmanager.AtName("version")) || unknown.touch(alertmanager.AtName("smtp")) || slices.ContainsFunc(stack.Components(), func(c spec.ComponentOf) bool {
		return unknown.touch(path.Root(c.Name).AtName("enabled")) || unknown.touch(path.Root(c.Name).AtName("url"))
	})
}

// checkStack reports a stack that neither exists nor is planned.
func (r *objectResource[M, S, PM, PS]) checkStack(ctx context.Context, about Subject, stack string) diag.Diagnostics {
	var diags diag.Diagnostics
	if r.data.Planned.HasStack(stack) {
		return nil
	}
	exists, err := r.data.stackExists(ctx, stack)
	switch {
	case err != nil:
		r.data.unreachable.Do(func() {
			diags.AddWarning(capital(fmt.Sprintf("cannot check whether the stack %q exists: %s", stack, err)),
				"The plan goes on without this check.")
		})
	case exists:
		r.data.Planned.AddStack(stack, nil)
	default:
		diags.AddAttributeError(path.Root("stack"),
			fmt.Sprintf("%s: the stack %q does not exist", capital(about.Noun), stack),
			"Refer to it by opp_monitoring_stack.NAME.name so that Terraform creates it first.")
	}
	return diags
}
