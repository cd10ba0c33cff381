package tfkit_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

var about = tfkit.Subject{
	Noun: `alert rule "production/api-down"`,
	Type: "opp_alert_rule",
	ID:   "production/api-down",
	Schema: schema.Schema{Attributes: map[string]schema.Attribute{
		"expr":    schema.StringAttribute{},
		"targets": schema.ListAttribute{ElementType: types.StringType},
		"tls":     schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{"ca_file": schema.StringAttribute{}}},
	}},
}

func TestDiagnose(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name            string
		err             error
		summary, detail string
	}{
		{
			"advice of the control plane",
			&api.Error{Code: api.CodeRefused, Message: `cannot apply alert rule "api-down": prometheus refused it`, Detail: "line 3: bad"},
			`Cannot apply alert rule "api-down": prometheus refused it`, "line 3: bad",
		},
		{
			"no advice",
			&api.Error{Code: api.CodeRefused, Message: "cannot reload"},
			"Cannot reload", "Correct the configuration and apply again. Nothing was changed.",
		},
		{
			"conflict",
			&api.Error{Code: api.CodeConflict, Message: `cannot create alert rule "api-down": it exists`},
			`Cannot create alert rule "api-down": it exists`,
			"Choose another name, or take over the one that exists and then plan again:\n\n  terraform import opp_alert_rule.NAME production/api-down",
		},
		{
			"changed by somebody else",
			&api.Error{Code: api.CodeChanged, Message: "cannot save dashboard", Detail: "Plan again."},
			"Cannot save dashboard", "Plan again.",
		},
		{
			"unauthorized",
			&api.Error{Code: api.CodeUnauthorized, Message: "cannot list stacks: no token"},
			"Cannot list stacks: no token",
			"Set token in the provider block, or the environment variable OPP_TOKEN, to the control plane's token.",
		},
		{
			"whole object",
			&api.Error{Code: api.CodeInvalid, Fields: spec.FieldErrors{{Message: "it says nothing", Hint: "Say something."}}},
			`Alert rule "production/api-down": it says nothing`, "Say something.",
		},
		{
			"in use",
			&api.Error{Code: api.CodeInUse, Message: "cannot delete stack"},
			"Cannot delete stack", "Remove these objects first, or set force_destroy = true on the stack, apply, and destroy again.",
		},
		{
			"unknown provider configuration",
			tfkit.ErrUnconfigured,
			`Cannot use alert rule "production/api-down": the provider's configuration depends on values that are known only after apply`,
			"Give the provider values that are known when planning, or create what they depend on first, with terraform apply -target.",
		},
		{
			"not of the control plane",
			errors.New("boom"),
			"Boom", "This is a fault of the provider. Please report it with the output of TF_LOG=DEBUG.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := tfkit.Diagnose(t.Context(), about, test.err)
			if want := (diag.Diagnostics{diag.NewErrorDiagnostic(test.summary, test.detail)}); !got.Equal(want) {
				t.Errorf("got %v\nwant %v", got, want)
			}
		})
	}
}

// Every code says what to do next, even if the control plane does not.
func TestDiagnoseAlwaysAdvises(t *testing.T) {
	t.Parallel()
	for _, code := range []api.Code{
		api.CodeInvalid, api.CodeUnauthorized, api.CodeNotFound, api.CodeConflict, api.CodeChanged, api.CodeInUse,
		api.CodeRefused, api.CodeUnavailable, api.CodeInternal, "of a newer version",
	} {
		got := tfkit.Diagnose(t.Context(), about, &api.Error{Code: code, Message: "cannot do it"})
		if len(got) != 1 || got[0].Detail() == "" {
			t.Errorf("%s: %v", code, got)
		}
	}
}

func TestDiagnoseFields(t *testing.T) {
	t.Parallel()
	err := &api.Error{Code: api.CodeInvalid, Message: "cannot accept it", Fields: spec.FieldErrors{
		{Path: "expr", Message: `"up ==" is not PromQL`, Hint: "Mind the position."},
		{Path: "expr", Message: "it is too long"},
		{Path: "tls.ca_file", Message: "it is not absolute"},
		{Path: "targets[1]", Message: "it has no port"},
	}}
	got := tfkit.Diagnose(t.Context(), about, err)
	want := diag.Diagnostics{
		diag.NewAttributeErrorDiagnostic(path.Root("expr"), `Alert rule "production/api-down": "up ==" is not PromQL`, "Mind the position."),
		diag.NewAttributeErrorDiagnostic(path.Root("expr"), `Alert rule "production/api-down": it is too long`, "Correct the value of expr."),
		// Terraform shows the line of an attribute, but not what within it is wrong.
		diag.NewAttributeErrorDiagnostic(path.Root("tls").AtName("ca_file"), `Alert rule "production/api-down", tls.ca_file: it is not absolute`, "Correct the value of tls.ca_file."),
		diag.NewAttributeErrorDiagnostic(path.Root("targets").AtListIndex(1), `Alert rule "production/api-down", targets[1]: it has no port`, "Correct the value of targets[1]."),
	}
	if !got.Equal(want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestDiagnoseTimeout(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	got := tfkit.Diagnose(ctx, about, &api.Error{Code: api.CodeUnavailable, Message: "cannot create it"})
	if len(got) != 1 || !strings.Contains(got[0].Summary(), "took too long") || !strings.Contains(got[0].Detail(), "timeouts") {
		t.Error(got)
	}
}
