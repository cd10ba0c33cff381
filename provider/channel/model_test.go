package channel

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec/spectest"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func channel(set func(*spec.Channel)) spec.Channel {
	c := spec.Channel{
		Stack: "production", Name: "oncall", Matchers: []string{`severity="critical"`}, GroupBy: []string{"alertname"},
		GroupWait: "1s", GroupInterval: "2s", RepeatInterval: "3s", Continue: true, Order: 2, SendResolved: false, Default: true,
	}
	set(&c)
	spec.WithDefaults(&c)
	return c
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	minimal := spec.Channel{Stack: "production", Name: "oncall", SendResolved: true}
	spec.WithDefaults(&minimal)
	channels := map[string]spec.Channel{
		"minimal":          minimal,
		"takes everything": channel(func(c *spec.Channel) { c.Webhook, c.Matchers = &spec.Webhook{URL: "http://a"}, []string{} }),
		"all left out":     channel(func(c *spec.Channel) { c.Slack = &spec.Slack{} }),
		"empty texts":      channel(func(c *spec.Channel) { c.Slack = &spec.Slack{Title: new(""), Text: new("")} }),
	}
	for _, kind := range spec.ReceiverKinds() {
		channels["empty "+kind.Kind] = channel(func(c *spec.Channel) {
			reflect.ValueOf(c).Elem().FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, kind.Kind) }).Set(reflect.ValueOf(kind.Receiver))
		})
	}
	for i, c := range spectest.Channels(spectest.Example()) {
		for _, secret := range c.Secrets() {
			*secret = spec.Secret{Version: int64(i) + 1}
		}
		channels[c.Name] = c
	}
	for name, want := range channels {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		again := m
		again.FromSpec(want)
		if diff := cmp.Diff(m.receiverModels, again.receiverModels, cmpopts.EquateComparable()); diff != "" {
			t.Errorf("%s: the model is not stable: %s", name, diff)
		}
	}
}

// The attributes are made of the same structs as the values; whoever changes
// one of the two sees here that they part.
func TestAttributesFitTheModel(t *testing.T) {
	t.Parallel()
	var m model
	c := spec.Channel{}
	kinds := spec.ReceiverKinds()
	all := receivers(&m.receiverModels, &c)
	if len(all) != len(kinds) {
		t.Errorf("%d kinds are offered, spec has %d", len(all), len(kinds))
	}
	for i, r := range all {
		r.fromSpec()
		if r.name != kinds[i].Kind {
			t.Errorf("kind %d is %s, in spec %s", i, r.name, kinds[i].Kind)
		}
	}
	models := reflect.ValueOf(m.receiverModels)
	for i := range models.NumField() {
		name := models.Type().Field(i).Tag.Get("tfsdk")
		value := models.Field(i).Interface().(types.Object)
		if attribute := receiverAttributes()[name]; attribute == nil || !attribute.GetType().Equal(value.Type(t.Context())) {
			t.Errorf("the attribute %s does not fit its model %s", name, value.Type(t.Context()))
		}
	}
}

// object is a value of an attribute in which everything is as absent makes it,
// but for these.
func object(t *testing.T, attribute schema.SingleNestedAttribute, absent func(attr.Type) attr.Value, set map[string]attr.Value) types.Object {
	t.Helper()
	attributes := map[string]attr.Value{}
	kinds := attribute.GetType().(types.ObjectType).AttrTypes
	for name, kind := range kinds {
		attributes[name] = absent(kind)
	}
	for name, value := range set {
		attributes[name] = value
	}
	made, diags := types.ObjectValue(kinds, attributes)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return made
}

func null(kind attr.Type) attr.Value { return valueOf(kind, nil) }

func unknown(kind attr.Type) attr.Value { return valueOf(kind, tftypes.UnknownValue) }

func valueOf(kind attr.Type, value any) attr.Value {
	made, err := kind.ValueFromTerraform(context.Background(), tftypes.NewValue(kind.TerraformType(context.Background()), value))
	if err != nil {
		panic(err)
	}
	return made
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	for _, of := range []struct {
		name   string
		absent func(attr.Type) attr.Value
	}{{"null", null}, {"unknown", unknown}} {
		for i, kind := range spec.ReceiverKinds() {
			var m model
			got := spec.Channel{}
			want := spec.Channel{}
			r := receivers(&m.receiverModels, &got)[i]
			reflect.ValueOf(&m.receiverModels).Elem().Field(i).Set(reflect.ValueOf(object(t, r.attribute(), of.absent, nil)))
			r.toSpec()
			reflect.ValueOf(&want).Elem().FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, kind.Kind) }).Set(reflect.ValueOf(kind.Receiver))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s: %s", of.name, kind.Kind, diff)
			}
		}
	}
	bare := model{
		Matchers: types.ListUnknown(types.StringType), GroupBy: types.ListUnknown(types.StringType), GroupWait: types.StringUnknown(),
		Continue: types.BoolUnknown(), Order: types.Int64Unknown(), SendResolved: types.BoolUnknown(), Default: types.BoolUnknown(),
	}
	want := spec.Channel{SendResolved: true}
	spec.WithDefaults(&want)
	for name, m := range map[string]model{"null": {}, "unknown": bare} {
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What the user wrote as "" stays that, though spec knows only absence.
func TestEmptyTextsStay(t *testing.T) {
	t.Parallel()
	m := model{receiverModels: receiverModels{Slack: object(t, slackAttribute(), null, map[string]attr.Value{
		"channel": types.StringValue(""), "title": types.StringValue(""),
	})}}
	m.FromSpec(m.ToSpec())
	for name, want := range map[string]types.String{"channel": types.StringValue(""), "title": types.StringValue(""), "text": types.StringNull(), "image_url": types.StringNull()} {
		if got := m.Slack.Attributes()[name]; !got.Equal(want) {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestSecretsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	for _, c := range spectest.Channels(spectest.Example()) {
		var m model
		m.FromSpec(c)
		for i, r := range receivers(&m.receiverModels, &c) {
			model := reflect.ValueOf(&m.receiverModels).Elem().Field(i).Addr().Interface().(*types.Object)
			if !model.IsNull() {
				*model = withSecrets(t, r.attribute(), *model)
			}
		}
		sent := m.ToSpec()
		for path, secret := range sent.Secrets() {
			if secret.Value != "secret" || secret.Version != 7 {
				t.Errorf("%s: of the secret %s, %+v is sent", c.Name, path, secret)
			}
		}
		if len(sent.Secrets()) < len(c.Secrets()) {
			t.Errorf("%s: %d secrets are sent, want %d", c.Name, len(sent.Secrets()), len(c.Secrets()))
		}
		m.FromSpec(sent)
		for path, secret := range ptr(m.ToSpec()).Secrets() {
			if secret.Value != "" || secret.Version != 7 {
				t.Errorf("%s: of the secret %s, %+v is left in state", c.Name, path, secret)
			}
		}
	}
}

func ptr[T any](v T) *T { return &v }

// withSecrets is the object with every write-only attribute and its version set.
func withSecrets(t *testing.T, attribute schema.SingleNestedAttribute, o types.Object) types.Object {
	t.Helper()
	values := o.Attributes()
	for name, a := range attribute.Attributes {
		nested, isObject := values[name].(types.Object)
		single, _ := a.(schema.SingleNestedAttribute)
		switch {
		case a.IsWriteOnly():
			values[name] = types.StringValue("secret")
		case strings.HasSuffix(name, "_wo_version"):
			values[name] = types.Int64Value(7)
		case isObject && !nested.IsNull():
			values[name] = withSecrets(t, single, nested)
		}
	}
	return types.ObjectValueMust(o.AttributeTypes(t.Context()), values)
}

func TestDocsOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for name, docs := range map[string]tfkit.Docs{"missing": {}, "too many": tfkit.TLSDocs().With(tfkit.Docs{"other": "x"})} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: docs that do not fit are accepted", name)
				}
			}()
			tfkit.Nested[spec.TLSConfig]("x", docs)
		}()
	}
}
