package alertmanager

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// receivers compares the receiver of every channel: what runs with what would
// run, both as Alertmanager prints it, so that defaults differ on neither side.
func (o *observer) receivers() {
	for i := range o.in.State.Channels {
		channel := &o.in.State.Channels[i]
		have, loaded := o.have[channel.Name]
		if !loaded {
			o.note(channel, "the receiver is not loaded")
			continue
		}
		if observed := o.observed(channel.Name); observed != nil {
			o.receiver(channel, observed, have)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.have)) {
		switch {
		case name == nowhere && len(o.have[name]) > 0:
			o.drift("receiver %q notifies somebody", nowhere)
		case name != nowhere && o.observed(name) == nil:
			o.drift("receiver %q is loaded but not managed", name)
		}
	}
}

// receiver writes what runs into the channel's attributes.
func (o *observer) receiver(channel, observed *spec.Channel, have integrations) {
	want := o.want[channel.Name]
	if have.String() != want.String() {
		o.note(channel, "the receiver has other integrations: %s", have)
		return
	}
	kind := channel.Receivers()[0]
	key := integrationsKey(kind.Kind)
	running, err := clone(kind.Receiver)
	if err != nil {
		o.note(channel, "the receiver cannot be compared: %s", err)
		return
	}
	var d difference
	if d.merge(reflect.ValueOf(running).Elem(), want[key][0], have[key][0], kind.Kind) {
		set(observed, running)
	}
	if resolved, ok := have[key][0][sendResolved].(bool); ok {
		observed.SendResolved = resolved
	}
	for _, path := range d.secrets {
		o.note(channel, "the secret %s was changed", asWritten(kind.Receiver, path))
	}
	for _, path := range d.others {
		o.note(channel, "%s was changed", asWritten(kind.Receiver, path))
	}
}

// asWritten is a path as the user knows it.
func asWritten(r spec.Receiver, path string) string {
	if w, ok := r.(*spec.Webhook); ok && w.BearerToken != nil && strings.HasPrefix(path, "webhook.http_config.authorization") {
		return "webhook.bearer_token"
	}
	return path
}

// clone copies a receiver deeply.
func clone(r spec.Receiver) (spec.Receiver, error) {
	copied, ok := reflect.New(reflect.TypeOf(r).Elem()).Interface().(spec.Receiver)
	if !ok {
		return nil, fmt.Errorf("%T is no receiver", r)
	}
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return copied, json.Unmarshal(text, copied)
}

// set replaces the receiver of a channel.
func set(c *spec.Channel, r spec.Receiver) {
	fields := reflect.ValueOf(c).Elem()
	for i := range fields.NumField() {
		if field := fields.Field(i); field.Type() == reflect.TypeOf(r) {
			field.Set(reflect.ValueOf(r))
		}
	}
}

// difference is what differs between two integrations and no field of spec can
// show: paths of secrets, and of fields that spec does not have.
type difference struct{ secrets, others []string }

// merge writes the fields that differ between want and have into to, a struct,
// and tells whether there are any.
func (d *difference) merge(to reflect.Value, want, have map[string]any, path string) bool {
	known := map[string]bool{sendResolved: true}
	changed := false
	for _, f := range reflect.VisibleFields(to.Type()) {
		name, _ := spec.WireName(f)
		if name == "" {
			continue
		}
		field := to.FieldByIndex(f.Index)
		if _, secret := field.Interface().(*spec.Secret); secret {
			file, inline := secretKey(name)
			d.secret(path+"."+inline, inline == name, file, inline, want, have)
			known[file], known[inline] = true, true
			continue
		}
		known[name] = true
		if !reflect.DeepEqual(want[name], have[name]) {
			changed = d.field(field, want[name], have[name], path+"."+name) || changed
		}
	}
	for _, key := range slices.Sorted(maps.Keys(merged(want, have))) {
		if !known[key] && !reflect.DeepEqual(want[key], have[key]) {
			d.others = append(d.others, path+"."+key)
		}
	}
	return changed
}

// secret compares a secret: the file it is read from and, unless there is a
// plain field of that name, the secret itself, which must not be there.
func (d *difference) secret(path string, alone bool, file, inline string, want, have map[string]any) {
	if want[file] != have[file] || alone && want[inline] != have[inline] {
		d.secrets = append(d.secrets, path)
	}
}

// field writes what runs into a field and tells whether that changes it.
func (d *difference) field(to reflect.Value, want, have any, path string) bool {
	next := reflect.New(to.Type()).Elem()
	if inner, ok := have.(map[string]any); ok && to.Kind() == reflect.Pointer {
		next.Set(reflect.New(to.Type().Elem()))
		if !to.IsNil() {
			next.Elem().Set(to.Elem())
		}
		before, _ := want.(map[string]any)
		if !d.merge(next.Elem(), before, inner, path) {
			return false // what differs has been noted
		}
	} else if err := assign(next, have); err != nil || reflect.DeepEqual(next.Interface(), to.Interface()) {
		d.others = append(d.others, path)
		return false
	}
	to.Set(next)
	return true
}

// assign converts a printed value, nil for none.
func assign(to reflect.Value, value any) error {
	if value == nil {
		return nil
	}
	if to.Type() == reflect.TypeFor[map[string]spec.JSON]() {
		fields, _ := value.(map[string]any)
		texts := make(map[string]any, len(fields))
		for name, field := range fields {
			text, err := json.Marshal(field)
			if err != nil {
				return err
			}
			texts[name] = string(text)
		}
		value = texts
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to.Addr().Interface())
}

// merged has the keys of both.
func merged(a, b map[string]any) map[string]any {
	both := maps.Clone(a)
	if both == nil {
		both = map[string]any{}
	}
	maps.Copy(both, b)
	return both
}
