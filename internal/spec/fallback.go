package spec

import (
	"reflect"
	"strings"

	"golang.org/x/mod/semver"
)

// FallbackSuffix makes the name of a fallback of that of its channel. No channel
// has such a name.
const FallbackSuffix = " (fallback)"

// receiverNames is the first Alertmanager whose metrics tell receivers apart.
const receiverNames = "v0.27.0"

// TellsReceivers tells whether the metrics of Alertmanager can tell its receivers
// apart.
func (a *Alertmanager) TellsReceivers() bool {
	return semver.Compare("v"+a.Version, receiverNames) >= 0
}

// Fallbacks are the channels that tell when those with templates of users fail:
// the same service, with Alertmanager's own texts. There are none where it
// cannot be told which receiver fails.
func (s *State) Fallbacks() []Channel {
	if !s.Stack.SelfMonitoring || !s.Stack.Prometheus.Enabled || !s.Stack.Alertmanager.TellsReceivers() {
		return nil
	}
	var all []Channel
	for i := range s.Channels {
		if fallback, ok := s.Channels[i].fallback(); ok {
			all = append(all, fallback)
		}
	}
	return all
}

// fallback is false for a channel without templates that it could do without.
func (c *Channel) fallback() (Channel, bool) {
	set := c.Receivers()
	if len(set) != 1 {
		return Channel{}, false
	}
	plain := reflect.New(reflect.TypeOf(set[0].Receiver).Elem())
	plain.Elem().Set(reflect.ValueOf(set[0].Receiver).Elem())
	changed := false
	for _, f := range reflect.VisibleFields(plain.Elem().Type()) {
		value := plain.Elem().FieldByIndex(f.Index)
		if is := " " + f.Tag.Get("is") + " "; !ownText(f, value) || strings.Contains(is, " required ") || strings.Contains(is, " url ") {
			continue
		}
		written := reflect.New(value.Type()).Elem()
		written.Set(value)
		value.SetZero()
		if checked, ok := plain.Interface().(checker); ok {
			var errs FieldErrors
			if checked.check(&errs); len(errs) > 0 {
				value.Set(written) // it says where to, not what
				continue
			}
		}
		changed = true
	}
	fallback := Channel{Stack: c.Stack, Name: c.Name + FallbackSuffix, SendResolved: c.SendResolved}
	if receiver, ok := plain.Interface().(Receiver); ok {
		fallback.SetReceiver(receiver)
	}
	return fallback, changed
}

// ownText tells whether a field of a receiver holds templates, or is empty in
// place of Alertmanager's text.
func ownText(f reflect.StructField, value reflect.Value) bool {
	found := false
	look := func(f field) {
		if is := f.tag.Get("is"); !strings.Contains(is, "template") && !strings.Contains(is, "json") {
			return
		}
		for _, text := range texts(f) {
			found = found || isTemplateText(text)
		}
		found = found || f.value.Kind() == reflect.Pointer && !f.value.IsNil() && f.value.Elem().Kind() == reflect.String && f.value.Elem().Len() == 0
	}
	look(field{value: value, tag: f.Tag})
	visitFields(value, "", look)
	return found
}
