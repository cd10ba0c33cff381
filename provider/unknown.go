package provider

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// spreader says of every attribute of an element of a list that it is not known
// yet, where that is said of the element as a whole. The plugin framework takes
// those attributes for null: it misses the ones that are required, and plans the
// defaults of the others.
type spreader struct {
	// types are those of the resources.
	types func() (map[string]tftypes.Type, error)
}

func newSpreader(of tfprotov6.ProviderServer) spreader {
	return spreader{sync.OnceValues(func() (map[string]tftypes.Type, error) {
		schemas, err := of.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			return nil, err
		}
		types := map[string]tftypes.Type{}
		for name, s := range schemas.ResourceSchemas {
			types[name] = s.ValueType()
		}
		return types, nil
	})}
}

// spread is the configuration of a resource of that type.
func (s spreader) spread(resource string, config *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
	types, err := s.types()
	if err != nil || config == nil || types[resource] == nil {
		return config, err
	}
	value, err := config.Unmarshal(types[resource])
	if err != nil || value.IsFullyKnown() {
		return config, err
	}
	value, err = tftypes.Transform(value, spreadElement)
	if err != nil {
		return nil, fmt.Errorf("cannot read the configuration of %s: %w", resource, err)
	}
	spread, err := tfprotov6.NewDynamicValue(types[resource], value)
	return &spread, err
}

func spreadElement(p *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
	object, isObject := v.Type().(tftypes.Object)
	_, isElement := p.LastStep().(tftypes.ElementKeyInt)
	if v.IsKnown() || !isObject || !isElement {
		return v, nil
	}
	attributes := map[string]tftypes.Value{}
	for name, t := range object.AttributeTypes {
		attributes[name] = tftypes.NewValue(t, tftypes.UnknownValue)
	}
	return tftypes.NewValue(object, attributes), nil
}
