package tfkit

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

// Sample is one element of the attribute that Vector describes.
type Sample struct {
	Labels map[string]string `tfsdk:"labels"`
	Value  string            `tfsdk:"value"`
	Time   string            `tfsdk:"time"`
}

// Samples are an answer as the attribute that Vector describes.
func Samples(vector []api.Sample) []Sample {
	samples := make([]Sample, len(vector))
	for i, s := range vector {
		samples[i] = Sample{Labels: s.Labels, Value: s.Value, Time: s.Time.UTC().Format(time.RFC3339)}
	}
	return samples
}

// Vector is what a query computed, as an attribute of a data source.
func Vector(description string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: description,
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"labels": schema.MapAttribute{
				MarkdownDescription: "Labels of the series.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"value": schema.StringAttribute{
				MarkdownDescription: "Value in text form, which may be `NaN` or `+Inf`; `tonumber()` turns all others into a number.",
				Computed:            true,
			},
			"time": schema.StringAttribute{
				MarkdownDescription: "Time of the evaluation, in RFC 3339 form.",
				Computed:            true,
			},
		}},
	}
}
