package tfkit

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Parses accepts the strings that parse reads without error. what says what
// they are, for example: a duration such as `1h`.
func Parses[T any](what string, parse func(string) (T, error)) validator.String {
	return parses{what, func(text string) error {
		_, err := parse(text)
		return err
	}}
}

type parses struct {
	what  string
	parse func(string) error
}

// Description implements validator.Describer.
func (p parses) Description(context.Context) string { return "Must be " + p.what + "." }

// MarkdownDescription implements validator.Describer.
func (p parses) MarkdownDescription(ctx context.Context) string { return p.Description(ctx) }

// ValidateString implements validator.String.
func (p parses) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := p.parse(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("%q is not %s", req.ConfigValue.ValueString(), p.what), capital(err.Error())+".")
	}
}
