package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// refresh is one run of Terraform as the provider sees it. The protocol is
// spoken by hand, because Terraform's test framework shows no warnings.
type refresh struct {
	t       *testing.T
	server  tfprotov6.ProviderServer
	schemas map[string]*tfprotov6.Schema
}

func (f *fake) refresh(t *testing.T) refresh {
	t.Helper()
	server, err := f.factories()["opp"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	empty := map[string]tftypes.Value{}
	object := schemas.Provider.ValueType().(tftypes.Object)
	for name, of := range object.AttributeTypes {
		empty[name] = tftypes.NewValue(of, nil)
	}
	config, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, empty))
	if err != nil {
		t.Fatal(err)
	}
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &config})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatalf("cannot configure the provider: %v %v", err, configured)
	}
	return refresh{t, server, schemas.ResourceSchemas}
}

// imported is the state of an object after its import.
func (r refresh) imported(kind, id string) *tfprotov6.DynamicValue {
	r.t.Helper()
	state, diagnostics := r.read(kind, r.importState(kind, id))
	if len(diagnostics) > 0 {
		r.t.Fatalf("reading %s %s says %q", kind, id, diagnostics)
	}
	return state
}

// read gives the refreshed state and what is said about it.
func (r refresh) read(kind string, state *tfprotov6.DynamicValue) (refreshed *tfprotov6.DynamicValue, said []string) {
	r.t.Helper()
	response, err := r.server.ReadResource(r.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: kind, CurrentState: state})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, d := range response.Diagnostics {
		said = append(said, fmt.Sprintf("%s: %s\n%s", strings.ToLower(d.Severity.String()), d.Summary, d.Detail))
	}
	return response.NewState, said
}

// diagnostic is what Terraform is told: the attribute is as users write it.
type diagnostic struct{ severity, at, summary, detail string }

func diagnostics(all []*tfprotov6.Diagnostic) []diagnostic {
	var said []diagnostic
	for _, d := range all {
		said = append(said, diagnostic{strings.ToLower(d.Severity.String()), attribute(d.Attribute), d.Summary, d.Detail})
	}
	return said
}

// attribute is a path as users write it.
func attribute(p *tftypes.AttributePath) string {
	var b strings.Builder
	for _, step := range p.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			b.WriteString("." + string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&b, "[%d]", step)
		case tftypes.ElementKeyString:
			fmt.Fprintf(&b, "[%q]", string(step))
		}
	}
	return strings.TrimPrefix(b.String(), ".")
}

// validate is what the provider says about attributes given as JSON.
func (r refresh) validate(kind, attributes string) []diagnostic {
	r.t.Helper()
	response, err := r.server.ValidateResourceConfig(r.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: kind, Config: r.object(kind, attributes), ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return diagnostics(response.Diagnostics)
}

// plan is what the provider says when it plans a new object.
func (r refresh) plan(kind, attributes string) []diagnostic {
	r.t.Helper()
	config := r.object(kind, attributes)
	response, err := r.server.PlanResourceChange(r.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: kind, PriorState: r.null(kind), ProposedNewState: config, Config: config,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return diagnostics(response.Diagnostics)
}

// object decodes attributes; those left out are null.
func (r refresh) object(kind, attributes string) *tfprotov6.DynamicValue {
	r.t.Helper()
	of := r.schemas[kind].ValueType()
	value, err := (&tfprotov6.DynamicValue{JSON: []byte(attributes)}).Unmarshal(of)
	if err != nil {
		r.t.Fatal(err)
	}
	encoded, err := tfprotov6.NewDynamicValue(of, value)
	if err != nil {
		r.t.Fatal(err)
	}
	return &encoded
}

// null is no object of that kind.
func (r refresh) null(kind string) *tfprotov6.DynamicValue {
	r.t.Helper()
	object := r.schemas[kind].ValueType()
	value, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, nil))
	if err != nil {
		r.t.Fatal(err)
	}
	return &value
}

// value decodes a state.
func (r refresh) value(kind string, state *tfprotov6.DynamicValue) tftypes.Value {
	r.t.Helper()
	value, err := state.Unmarshal(r.schemas[kind].ValueType())
	if err != nil {
		r.t.Fatal(err)
	}
	return value
}

// When something cannot be asked, a refresh says so once and keeps what was
// known last.
func TestRefreshWarns(t *testing.T) {
	t.Parallel()
	const goesOn = "Terraform goes on with what it knew last of this component."
	unreachable := `prometheus of stack "production" could not be asked, the last known configuration is shown: connection refused`
	for name, test := range map[string]struct {
		happens func(*fake)
		want    []string
	}{
		"all is well": {func(*fake) {}, nil},
		"a component cannot be asked": {
			func(f *fake) { f.setDrift(func(o *api.Observation) { o.Warnings = []string{unreachable} }) },
			[]string{"warning: P" + unreachable[1:] + "\n" + goesOn},
		},
		"two components cannot be asked": {
			func(f *fake) {
				f.setDrift(func(o *api.Observation) { o.Warnings = []string{"a is deaf", "b is deaf"} })
			},
			[]string{"warning: A is deaf\n" + goesOn, "warning: B is deaf\n" + goesOn},
		},
		"the control plane is unavailable": {
			func(f *fake) {
				f.fail("Observe", &api.Error{Code: api.CodeUnavailable, Message: "cannot observe stack \"production\": no route to host"})
			},
			[]string{"warning: Cannot observe stack \"production\": no route to host\n" +
				`What runs in the stack "production" is not known now. Terraform goes on with what it knew last.`},
		},
		"the control plane refuses": {
			func(f *fake) {
				f.fail("Observe", &api.Error{Code: api.CodeUnauthorized, Message: "cannot observe stack \"production\": the token is wrong"})
			},
			// Going on would not help: an error, and on every object.
			[]string{"error: Cannot observe stack \"production\": the token is wrong", "error: Cannot observe stack \"production\": the token is wrong"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{}
			s := spec.DefaultStack("production")
			for _, object := range []spec.Object{&s, &spec.AlertRule{
				Stack: "production", Name: "down", Alert: "down", Group: "default", Expr: "up == 0", For: "0s", KeepFiringFor: "0s",
				Labels: map[string]string{}, Annotations: map[string]string{},
			}} {
				if _, err := f.Put(t.Context(), object, api.PutCreate); err != nil {
					t.Fatal(err)
				}
			}
			objects := []struct{ kind, id string }{{"opp_monitoring_stack", "production"}, {"opp_alert_rule", "production/down"}}
			var states []*tfprotov6.DynamicValue
			first := f.refresh(t)
			for _, o := range objects {
				states = append(states, first.imported(o.kind, o.id))
			}
			test.happens(f)
			next := f.refresh(t)
			var said []string
			for i, o := range objects {
				after, about := next.read(o.kind, states[i])
				said = append(said, about...)
				if diff, err := next.value(o.kind, after).Diff(next.value(o.kind, states[i])); err != nil || len(diff) > 0 {
					t.Errorf("the state of %s is not kept: %v %v", o.kind, diff, err)
				}
			}
			if !slices.EqualFunc(said, test.want, strings.HasPrefix) {
				t.Errorf("said %q, want %q", said, test.want)
			}
		})
	}
}

// What Grafana would accept and nobody can have meant is a warning, with the
// panel and where in the JSON, on the attribute.
func TestDashboardWarns(t *testing.T) {
	t.Parallel()
	r := (&fake{}).refresh(t)
	object := r.schemas["opp_dashboard"].ValueType().(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, of := range object.AttributeTypes {
		values[name] = tftypes.NewValue(of, nil)
	}
	for name, text := range map[string]string{
		"stack": "production", "name": "overview", "config_json": `{"title": "D", "panels": [{"type": "stat", "title": "CPU"}]}`,
	} {
		values[name] = tftypes.NewValue(tftypes.String, text)
	}
	config, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := r.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: "opp_dashboard", Config: &config})
	if err != nil || len(answer.Diagnostics) != 1 {
		t.Fatalf("diagnostics %v, error %v", answer.Diagnostics, err)
	}
	d := answer.Diagnostics[0]
	const want = `Dashboard "overview": panel "CPU" has no query, at panels[0].targets`
	if d.Severity != tfprotov6.DiagnosticSeverityWarning || d.Summary != want || d.Attribute.String() != `AttributeName("config_json")` {
		t.Errorf("%s on %s: %s", d.Severity, d.Attribute, d.Summary)
	}
}
