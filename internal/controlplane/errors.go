package controlplane

import (
	"errors"
	"fmt"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// invalid reports the problems of one object.
func invalid(object spec.Object, problems spec.FieldErrors) error {
	return &api.Error{Code: api.CodeInvalid, Fields: problems,
		Message: fmt.Sprintf("cannot accept %s: %s", named(object.Kind(), object.StackName(), object.ObjectName()), problems.Error())}
}

// crossInvalid reports what is wrong between objects, with the fields of the
// object that a lone write is about.
func crossInvalid(state spec.State, batch []*write, problems []spec.ObjectError) error {
	e := &api.Error{Code: api.CodeInvalid}
	var others []string
	for _, problem := range problems {
		if len(batch) == 1 && problem.Kind == batch[0].kind && problem.Name == batch[0].name {
			e.Fields = append(e.Fields, problem.Field)
			continue
		}
		others = append(others, fmt.Sprintf("%s %q: %s", problem.Kind.Noun(), problem.Name, problem.Field.Error()))
	}
	e.Message = fmt.Sprintf("cannot accept the change to stack %q: it does not fit the other objects", state.Stack.Name)
	e.Detail = strings.Join(others, "\n")
	if len(e.Fields) > 0 {
		e.Message = fmt.Sprintf("cannot accept %s: %s", named(batch[0].kind, state.Stack.Name, batch[0].name), e.Fields.Error())
	}
	return e
}

// warningsAbout are what the state in which a write runs says about its object.
func warningsAbout(w *write) []string {
	var sentences []string
	for _, warning := range w.state.WarningsAbout(w.stored) {
		sentences = append(sentences, remark(w.stored, warning))
	}
	return sentences
}

// remark is a warning about an object, with its advice.
func remark(object spec.Object, warning spec.FieldError) string {
	text := named(object.Kind(), object.StackName(), object.ObjectName()) + ": " + warning.Message + ". " + warning.Hint
	return strings.TrimSpace(strings.ToUpper(text[:1]) + text[1:])
}

// explain says which write failed; the cause keeps its code, detail and fields.
func (t *transaction) explain(batch []*write, err error) error {
	if len(batch) != 1 {
		return err
	}
	w := batch[0]
	verb := "apply"
	if w.object == nil {
		verb = "delete"
	}
	what := fmt.Sprintf("cannot %s %s", verb, named(w.kind, t.stack, w.name))
	cause := (*api.Error)(nil)
	if !errors.As(err, &cause) {
		return fmt.Errorf("%s: %w", what, err)
	}
	e := *cause
	e.Message = what + ": " + cause.Message
	if t.before.exists {
		e.Detail = strings.TrimSpace(e.Detail + "\n\nThe configuration before this change runs again.")
	}
	return &e
}

func named(kind spec.Kind, stack, name string) string {
	if kind == spec.KindStack {
		return fmt.Sprintf("stack %q", stack)
	}
	return fmt.Sprintf("%s %q of stack %q", kind.Noun(), name, stack)
}

func unavailable(what string, err error) error {
	return &api.Error{Code: api.CodeUnavailable, Message: fmt.Sprintf("cannot %s: %v", what, err)}
}

// inUse refuses to delete a stack that still has objects, and lists them.
func inUse(stack string, objects []spec.Object) error {
	return &api.Error{Code: api.CodeInUse,
		Message: fmt.Sprintf("cannot delete stack %q: %d objects still belong to it", stack, len(objects)),
		Detail: "They are managed elsewhere:\n" + listed(objects, described) +
			"\nRemove them there first, or set force_destroy = true on the stack and apply, then destroy."}
}

func described(o spec.Object) string { return fmt.Sprintf("%s %q", o.Kind().Noun(), o.ObjectName()) }

// listed names things, the first of many, one a line.
func listed[T any](things []T, name func(T) string) string {
	const most = 20
	var list []string
	for i, thing := range things {
		if i == most {
			list = append(list, fmt.Sprintf("and %d more", len(things)-most))
			break
		}
		list = append(list, name(thing))
	}
	return strings.Join(list, "\n")
}

// noStack says that a stack does not exist.
func noStack(stack string) error {
	return &api.Error{Code: api.CodeNotFound, Message: fmt.Sprintf("cannot find stack %q: it does not exist", stack)}
}
