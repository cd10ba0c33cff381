package tfkit

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Common is embedded by the model of every object.
type Common struct {
	ID    types.String `tfsdk:"id"`
	Name  types.String `tfsdk:"name"`
	Drift types.List   `tfsdk:"drift"`
}

//nolint:unused // makes types that embed Common models
func (c *Common) common() *Common { return c }

// imported tells whether the state is no more than the id of an import, so that
// nothing is known of the object yet.
func (c *Common) imported() bool { return c.Drift.IsNull() }

// Model is the Terraform side of the spec type S. Only types that embed
// [Common] implement it.
type Model[S any] interface {
	common() *Common
	// ToSpec is the object the model describes. Absent attributes take their
	// defaults.
	ToSpec() S
	// FromSpec overwrites every attribute that S has. What the model held
	// before decides between null and "" (see StringOrNull). Write-only
	// attributes become null.
	FromSpec(S)
}

// StatusModel is a model that also shows how the stack is.
type StatusModel interface {
	SetStatus(api.StackStatus)
}

// PlanChecker is a model with a rule among the objects of one plan. Attributes
// that are not known yet are null.
type PlanChecker interface {
	CheckPlan(*Planned) (problems, warnings spec.FieldErrors)
}

// Asker is a model with a rule that only the running stack can decide.
type Asker interface {
	// Ask is the question, nil for none. CodeInvalid is a refusal; any other
	// error means that nobody can tell yet.
	Ask() func(context.Context, *client.Client) error
}

// Depender is a model in which what is wrong with one field may depend on what
// another one says.
type Depender interface {
	// DependsOn are the fields that must be known before anything is said about
	// this one, all as the paths of spec.FieldError.
	DependsOn(field string) []string
}

// Remarker is a model of an object of which more can be observed than its
// attributes show.
type Remarker[S any] interface {
	// Remark is a warning about what was observed; an empty summary is none.
	Remark(observed S) (summary, detail string)
}

// Seer is a model of an object that others may change too: every update tells
// the control plane what its writer saw, so that nothing else is overwritten.
type Seer[S any] interface {
	// TakeSeen puts what the state before the update says into the object.
	TakeSeen(object *S, prior S)
}

// Completer is a model of an object that observations do not carry as a whole.
type Completer[S any] interface {
	// Incomplete tells whether FromSpec missed something.
	Incomplete() bool
	// Complete takes that from the object as it was last written.
	Complete(S)
}

// Warner is an object that can be accepted and still has problems to tell of.
type Warner interface {
	// Check is Validate that also returns what is only to be told of.
	Check() (errors, warnings spec.FieldErrors)
}

// ForceDeleter is a model that can ask for its children to be deleted with it.
type ForceDeleter interface {
	ForceDelete() bool
}

// Operation names a timeout.
type Operation string

// The operations that wait.
const (
	OpCreate Operation = "create"
	OpUpdate Operation = "update"
	OpDelete Operation = "delete"
)

// defaultTimeout bounds operations on objects without a timeouts attribute. A
// write is a few reloads; only a stack may have to build components first.
const defaultTimeout = 5 * time.Minute

// Timeouter is a model whose timeouts the user may set.
type Timeouter interface {
	Timeout(context.Context, Operation) (time.Duration, diag.Diagnostics)
}

// withTimeout bounds ctx by the model's timeout for the operation.
func withTimeout(ctx context.Context, model any, op Operation, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	timeout := defaultTimeout
	if m, ok := model.(Timeouter); ok {
		t, d := m.Timeout(ctx, op)
		diags.Append(d...)
		timeout = t
	}
	return context.WithTimeout(ctx, timeout)
}

// id of an object, as imported: the stack's name, or stack/name.
func id(object spec.Object) string {
	if object.Kind() == spec.KindStack {
		return object.ObjectName()
	}
	return object.StackName() + "/" + object.ObjectName()
}

// subject names an object in a sentence, for example: alert rule "production/api-down".
func subject(object spec.Object) string {
	return object.Kind().Noun() + ` "` + id(object) + `"`
}
