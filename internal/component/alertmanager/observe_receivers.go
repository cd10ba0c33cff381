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
	for _, fallback := range o.fallbacks {
		if have, loaded := o.have[fallback.Name]; !loaded || !reflect.DeepEqual(o.want[fallback.Name], have) {
			o.drift("receiver %q was changed", fallback.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.have)) {
		switch {
		case name == nowhere && len(o.have[name]) > 0:
			o.drift("receiver %q notifies somebody", nowhere)
		case name != nowhere && o.observed(name) == nil && o.want[name] == nil:
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
		observed.SetReceiver(running)
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

// difference is what differs between two integrations and no field of spec can
// show: paths of secrets, and of fields that spec does not have.
type difference struct{ secrets, others []string }

// merge writes the fields that differ between want and have into to, a struct,
// and tells whether there are any.
func (d *difference) merge(to reflect.Value, want, have map[string]any, path string) bool {
	plain := map[string]reflect.Value{}
	secrets := map[string]bool{}
	for _, f := range reflect.VisibleFields(to.Type()) {
		name, _ := spec.WireName(f)
		if secret, ok := to.FieldByIndex(f.Index).Interface().(*spec.Secret); ok {
			secrets[name] = secret != nil
		} else if name != "" {
			plain[name] = to.FieldByIndex(f.Index)
		}
	}
	known := map[string]bool{sendResolved: true}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		file, inline := secretKey(name)
		if _, other := plain[file]; other && !secrets[name] {
			continue // the file is one that the user names
		}
		_, other := plain[inline]
		if want[file] != have[file] || !other && want[inline] != have[inline] {
			d.secrets = append(d.secrets, path+"."+name)
		}
		known[file], known[inline] = true, !other
	}
	changed := false
	for _, key := range slices.Sorted(maps.Keys(merged(want, have))) {
		if known[key] || reflect.DeepEqual(want[key], have[key]) {
			continue
		}
		if field, ok := plain[key]; !ok {
			d.others = append(d.others, path+"."+key)
		} else if d.field(field, want[key], have[key], path+"."+key) {
			changed = true
		}
	}
	return changed
}

// field writes what runs into a field and tells whether that changes it.
func (d *difference) field(to reflect.Value, want, have any, path string) bool {
	next := reflect.New(to.Type()).Elem()
	if texts, ok := to.Interface().(map[string]spec.JSON); ok {
		running, err := jsonTexts(texts, want, have)
		if err != nil {
			d.others = append(d.others, path)
			return false
		}
		to.Set(reflect.ValueOf(running))
		return true
	}
	if inner, ok := have.(map[string]any); ok && to.Kind() == reflect.Pointer {
		next.Set(reflect.New(to.Type().Elem()))
		if !to.IsNil() {
			next.Elem().Set(to.Elem())
		}
		before, _ := want.(map[string]any)
		if !d.merge(next.Elem(), before, inner, path) {
			return false // what differs has been noted
		}
	} else if err := convert(next, have); err != nil || reflect.DeepEqual(next.Interface(), to.Interface()) {
		d.others = append(d.others, path)
		return false
	}
	to.Set(next)
	return true
}

// convert converts a printed value, nil for none.
func convert(to reflect.Value, value any) error {
	if value == nil {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to.Addr().Interface())
}

// jsonTexts are printed fields in JSON. Those that are as wanted stay as they
// were written.
func jsonTexts(written map[string]spec.JSON, want, have any) (map[string]spec.JSON, error) {
	wanted, _ := want.(map[string]any)
	running, _ := have.(map[string]any)
	texts := make(map[string]spec.JSON, len(running))
	for name, value := range running {
		if old, ok := written[name]; ok && reflect.DeepEqual(wanted[name], value) {
			texts[name] = old
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		texts[name] = spec.JSON(text)
	}
	return texts, nil
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
