// Package rulesfunction is the provider function prometheus_rules, which turns
// a Prometheus rule file into what opp_alert_rule takes.
package rulesfunction

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Convert gives a rule the form of the function's result.
type Convert func(context.Context, spec.AlertRule) (types.Object, diag.Diagnostics)

// New makes the function. Its result is a list of objects of type element,
// which convert makes.
func New(element types.ObjectType, convert Convert) function.Function {
	return &rules{element, convert}
}

type rules struct {
	element types.ObjectType
	convert Convert
}

// Metadata implements function.Function.
func (*rules) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "prometheus_rules"
}

// Definition implements function.Function.
func (f *rules) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Alerting rules of a Prometheus rule file",
		MarkdownDescription: "Turns the text of a Prometheus rule file into a list of objects, one for each alerting rule, with exactly the attributes " +
			"of `opp_alert_rule` but `stack`; what a rule does not have is null. With `for_each` over their names existing rules move to Terraform.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "yaml",
			MarkdownDescription: "Text of the rule file, for example `file(\"rules.yml\")`.",
		}},
		Return: function.ListReturn{ElementType: f.element},
	}
}

// Run implements function.Function.
func (f *rules) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var content string
	if resp.Error = req.Arguments.Get(ctx, &content); resp.Error != nil {
		return
	}
	parsed, err := spec.ParseRuleFile([]byte(content))
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	elements := make([]attr.Value, 0, len(parsed))
	for _, rule := range parsed {
		element, diags := f.convert(ctx, rule)
		if resp.Error = function.FuncErrorFromDiags(ctx, diags); resp.Error != nil {
			return
		}
		elements = append(elements, element)
	}
	list, diags := types.ListValue(f.element, elements)
	if resp.Error = function.FuncErrorFromDiags(ctx, diags); resp.Error == nil {
		resp.Error = resp.Result.Set(ctx, list)
	}
}
