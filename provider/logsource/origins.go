package logsource

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// Where logs come from. A nil model is an origin that is not used, and so is a
// nil spec.

type files struct {
	Include types.List   `tfsdk:"include"`
	Exclude types.List   `tfsdk:"exclude"`
	StartAt types.String `tfsdk:"start_at"`
}

func (f *files) toSpec() *spec.LogFiles {
	if f == nil {
		return nil
	}
	return &spec.LogFiles{
		Include: tfkit.Strings(f.Include),
		Exclude: tfkit.Strings(f.Exclude),
		StartAt: f.StartAt.ValueString(),
	}
}

func newFiles(s *spec.LogFiles) *files {
	if s == nil {
		return nil
	}
	return &files{
		Include: tfkit.StringList(s.Include),
		Exclude: tfkit.StringList(s.Exclude),
		StartAt: types.StringValue(s.StartAt),
	}
}

type journald struct {
	Units     types.List   `tfsdk:"units"`
	Priority  types.String `tfsdk:"priority"`
	Directory types.String `tfsdk:"directory"`
}

func (j *journald) toSpec() *spec.LogJournald {
	if j == nil {
		return nil
	}
	return &spec.LogJournald{
		Units:     tfkit.Strings(j.Units),
		Priority:  j.Priority.ValueString(),
		Directory: j.Directory.ValueString(),
	}
}

func newJournald(old journald, s *spec.LogJournald) *journald {
	if s == nil {
		return nil
	}
	return &journald{
		Units:     tfkit.StringList(s.Units),
		Priority:  types.StringValue(s.Priority),
		Directory: tfkit.StringOrNull(old.Directory, s.Directory),
	}
}

type docker struct {
	Directory types.String `tfsdk:"directory"`
}

func (d *docker) toSpec() *spec.LogDocker {
	if d == nil {
		return nil
	}
	return &spec.LogDocker{Directory: d.Directory.ValueString()}
}

func newDocker(s *spec.LogDocker) *docker {
	if s == nil {
		return nil
	}
	return &docker{Directory: types.StringValue(s.Directory)}
}

type otlp struct {
	Match types.Map `tfsdk:"match"`
}

func (o *otlp) toSpec() *spec.LogOTLP {
	if o == nil {
		return nil
	}
	return &spec.LogOTLP{Match: tfkit.StringMap(o.Match)}
}

func newOTLP(s *spec.LogOTLP) *otlp {
	if s == nil {
		return nil
	}
	return &otlp{Match: tfkit.MapOfStrings(s.Match)}
}
