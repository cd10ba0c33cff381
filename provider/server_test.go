package provider_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/openpolicyplatform/terraform-provider-opp/provider"
)

// What comes with a request goes with it: a plan of many objects needs no more
// memory than one of few.
func TestRequestsLeaveNothingInMemory(t *testing.T) {
	t.Parallel()
	server := provider.NewServer("test", nil)
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	const rule = "opp_alert_rule"
	null, err := tfprotov6.NewDynamicValue(schemas.ResourceSchemas[rule].ValueType(), tftypes.NewValue(schemas.ResourceSchemas[rule].ValueType(), nil))
	if err != nil {
		t.Fatal(err)
	}
	for name, request := range map[string]func(context.Context) error{
		"validate": func(ctx context.Context) error {
			_, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: rule, Config: &null})
			return err
		},
		"upgrade": func(ctx context.Context) error {
			_, err := server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: rule, RawState: &tfprotov6.RawState{JSON: []byte(`{}`)}})
			return err
		},
		"read": func(ctx context.Context) error {
			_, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: rule, CurrentState: &null})
			return err
		},
		"plan": func(ctx context.Context) error {
			_, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: rule, Config: &null, PriorState: &null, ProposedNewState: &null})
			return err
		},
		"apply": func(ctx context.Context) error {
			_, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: rule, Config: &null, PriorState: &null, PlannedState: &null})
			return err
		},
	} {
		carried := func() weak.Pointer[[1 << 10]byte] {
			type key struct{}
			load := new([1 << 10]byte)
			ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, load))
			defer cancel()
			if err := request(ctx); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return weak.Make(load)
		}()
		runtime.GC()
		if carried.Value() != nil {
			t.Errorf("%s: what came with the request is still there", name)
		}
	}
}
