package spec

import (
	"reflect"
	"strings"

	"golang.org/x/mod/semver"
)

// oldestAlertmanager is the first Alertmanager that a stack may run.
const oldestAlertmanager = "0.25.0"

// Receiver is a way to notify: one kind of receiver that Alertmanager has. Its
// fields are named as Alertmanager's. Where Alertmanager takes something else
// for an absent text than for an empty one, the text is a pointer.
type Receiver interface {
	// since is the first Alertmanager that has the kind.
	since() string
}

// NamedReceiver is a receiver and the name of its kind, which is that of its
// field of Channel and of its attribute.
type NamedReceiver struct {
	Kind string
	Receiver
}

// ReceiverKinds lists the kinds of receivers, in the order of Channel, which is
// the one place that lists them. The receivers are empty ones.
func ReceiverKinds() []NamedReceiver {
	var c Channel
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Channel]()) {
		if f.Type.Implements(receiverType) {
			reflect.ValueOf(&c).Elem().FieldByIndex(f.Index).Set(reflect.New(f.Type.Elem()))
		}
	}
	return c.Receivers()
}

var receiverType = reflect.TypeFor[Receiver]()

// Receivers are the receivers that are set: in a sound channel exactly one. The
// pointers lead into the channel.
func (c *Channel) Receivers() []NamedReceiver {
	var set []NamedReceiver
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Channel]()) {
		value := reflect.ValueOf(c).Elem().FieldByIndex(f.Index)
		if receiver, ok := value.Interface().(Receiver); ok && !value.IsNil() {
			name, _ := WireName(f)
			set = append(set, NamedReceiver{name, receiver})
		}
	}
	return set
}

// SetReceiver replaces the receiver of that kind.
func (c *Channel) SetReceiver(r Receiver) {
	fields := reflect.ValueOf(c).Elem()
	for i := range fields.NumField() {
		if field := fields.Field(i); field.Type() == reflect.TypeOf(r) {
			field.Set(reflect.ValueOf(r))
		}
	}
}

// receiver checks that the channel is of exactly one kind, and that kind.
func (e *FieldErrors) receiver(c *Channel) {
	set := c.Receivers()
	for i, r := range set {
		if i > 0 {
			e.Add(r.Kind, "Make two channels, or remove one of the two.", "a channel cannot be both %s and %s", set[0].Kind, r.Kind)
		}
		e.checkFields(r.Kind, r.Receiver)
		if checked, ok := r.Receiver.(checker); ok {
			e.under(r.Kind, checked.check)
		}
	}
	if c.Jira != nil && c.SendResolved && c.Jira.ResolveTransition == "" {
		e.Add("jira.resolve_transition", "Name the transition, or set send_resolved to false.", "Alertmanager cannot resolve issues without resolve_transition")
	}
	if len(set) == 0 {
		var kinds []string
		for _, kind := range ReceiverKinds() {
			kinds = append(kinds, kind.Kind)
		}
		e.Add("", "Add one of "+strings.Join(kinds, ", ")+".", "it does not say where to send")
	}
}

// ValidateIn implements Dependent: the stack's Alertmanager must know the kind,
// and mail needs a server.
func (c *Channel) ValidateIn(stack *Stack) FieldErrors {
	var errs FieldErrors
	for _, r := range c.Receivers() {
		version := stack.Alertmanager.Version
		if first := r.since(); stack.Alertmanager.Path == "" && semver.Compare("v"+version, "v"+first) < 0 {
			errs.Add(r.Kind, "Raise alertmanager.version of the stack.", "Alertmanager %s does not know %s, which came with %s", version, r.Kind, first)
		}
	}
	if c.Email != nil {
		sent := c.Email.Of(stack)
		for _, field := range []struct{ name, value string }{{"smarthost", sent.Smarthost}, {"from", sent.From}} {
			if field.value == "" {
				errs.Add("email."+field.name, "Set it, or alertmanager.smtp."+field.name+" of the stack.", "%s is set neither here nor in stack %s", field.name, quote(stack.Name))
			}
		}
	}
	return errs
}
