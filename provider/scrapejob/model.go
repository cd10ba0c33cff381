package scrapejob

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// actionReplace is Prometheus' default action.
const actionReplace = "replace"

type model struct {
	tfkit.Common
	Stack                types.String `tfsdk:"stack"`
	Targets              types.List   `tfsdk:"targets"`
	Labels               types.Map    `tfsdk:"labels"`
	MetricsPath          types.String `tfsdk:"metrics_path"`
	Scheme               types.String `tfsdk:"scheme"`
	Interval             types.String `tfsdk:"interval"`
	Timeout              types.String `tfsdk:"timeout"`
	HonorLabels          types.Bool   `tfsdk:"honor_labels"`
	SampleLimit          types.Int64  `tfsdk:"sample_limit"`
	Params               types.Map    `tfsdk:"params"`
	BasicAuth            *basicAuth   `tfsdk:"basic_auth"`
	BearerTokenWO        types.String `tfsdk:"bearer_token_wo"`
	BearerTokenWOVersion types.Int64  `tfsdk:"bearer_token_wo_version"`
	TLS                  *tls         `tfsdk:"tls"`
	MetricRelabel        []*relabel   `tfsdk:"metric_relabel"`
}

type basicAuth struct {
	Username          types.String `tfsdk:"username"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
}

type tls struct {
	CAFile             types.String `tfsdk:"ca_file"`
	ServerName         types.String `tfsdk:"server_name"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
}

type relabel struct {
	Action       types.String `tfsdk:"action"`
	SourceLabels types.List   `tfsdk:"source_labels"`
	Separator    types.String `tfsdk:"separator"`
	Regex        types.String `tfsdk:"regex"`
	Modulus      types.Int64  `tfsdk:"modulus"`
	TargetLabel  types.String `tfsdk:"target_label"`
	Replacement  types.String `tfsdk:"replacement"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.ScrapeJob {
	j := spec.ScrapeJob{
		Stack:         m.Stack.ValueString(),
		Name:          m.Name.ValueString(),
		Targets:       tfkit.Strings(m.Targets),
		Labels:        tfkit.StringMap(m.Labels),
		MetricsPath:   m.MetricsPath.ValueString(),
		Scheme:        m.Scheme.ValueString(),
		Interval:      m.Interval.ValueString(),
		Timeout:       m.Timeout.ValueString(),
		HonorLabels:   m.HonorLabels.ValueBool(),
		SampleLimit:   m.SampleLimit.ValueInt64(),
		Params:        tfkit.StringListMap(m.Params),
		BearerToken:   tfkit.Secret(m.BearerTokenWO, m.BearerTokenWOVersion),
		MetricRelabel: make([]spec.RelabelRule, len(m.MetricRelabel)),
	}
	if a := m.BasicAuth; a != nil {
		j.BasicAuth = &spec.BasicAuth{
			Username: a.Username.ValueString(),
			Password: tfkit.Secret(a.PasswordWO, a.PasswordWOVersion),
		}
	}
	if t := m.TLS; t != nil {
		j.TLS = &spec.TLS{
			CAFile:             t.CAFile.ValueString(),
			ServerName:         t.ServerName.ValueString(),
			InsecureSkipVerify: t.InsecureSkipVerify.ValueBool(),
		}
	}
	for i, r := range m.MetricRelabel {
		j.MetricRelabel[i] = r.toSpec()
	}
	spec.WithDefaults(&j)
	return j
}

// toSpec of a rule that is not known yet, nil, is the rule that changes nothing.
func (r *relabel) toSpec() spec.RelabelRule {
	if r == nil {
		return spec.RelabelRule{Action: actionReplace, SourceLabels: []string{}}
	}
	return spec.RelabelRule{
		Action:       tfkit.StringOr(r.Action, actionReplace),
		SourceLabels: tfkit.Strings(r.SourceLabels),
		Separator:    tfkit.StringPointer(r.Separator),
		Regex:        r.Regex.ValueString(),
		Modulus:      r.Modulus.ValueInt64(),
		TargetLabel:  r.TargetLabel.ValueString(),
		Replacement:  tfkit.StringPointer(r.Replacement),
	}
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(j spec.ScrapeJob) {
	m.Stack = types.StringValue(j.Stack)
	m.Name = types.StringValue(j.Name)
	m.Targets = tfkit.StringList(j.Targets)
	m.Labels = tfkit.MapOfStrings(j.Labels)
	m.MetricsPath = types.StringValue(j.MetricsPath)
	m.Scheme = types.StringValue(j.Scheme)
	m.Interval = tfkit.StringOrNull(m.Interval, j.Interval)
	m.Timeout = tfkit.StringOrNull(m.Timeout, j.Timeout)
	m.HonorLabels = types.BoolValue(j.HonorLabels)
	m.SampleLimit = types.Int64Value(j.SampleLimit)
	m.Params = tfkit.MapOfStringLists(j.Params)
	m.BasicAuth = newBasicAuth(j.BasicAuth)
	m.BearerTokenWO = types.StringNull()
	m.BearerTokenWOVersion = tfkit.SecretVersion(j.BearerToken)
	m.TLS = newTLS(m.TLS, j.TLS)
	m.MetricRelabel = newRelabel(m.MetricRelabel, j.MetricRelabel)
}

func newBasicAuth(s *spec.BasicAuth) *basicAuth {
	if s == nil {
		return nil
	}
	return &basicAuth{Username: types.StringValue(s.Username), PasswordWOVersion: tfkit.SecretVersion(s.Password)}
}

func newTLS(old *tls, s *spec.TLS) *tls {
	if s == nil {
		return nil
	}
	if old == nil {
		old = &tls{}
	}
	return &tls{
		CAFile:             tfkit.StringOrNull(old.CAFile, s.CAFile),
		ServerName:         tfkit.StringOrNull(old.ServerName, s.ServerName),
		InsecureSkipVerify: types.BoolValue(s.InsecureSkipVerify),
	}
}

// newRelabel takes the rule of the same position as the old one.
func newRelabel(old []*relabel, rules []spec.RelabelRule) []*relabel {
	result := make([]*relabel, len(rules))
	for i, r := range rules {
		var before relabel
		if i < len(old) && old[i] != nil {
			before = *old[i]
		}
		result[i] = &relabel{
			Action:       types.StringValue(r.Action),
			SourceLabels: tfkit.StringList(r.SourceLabels),
			Separator:    types.StringPointerValue(r.Separator),
			Regex:        tfkit.StringOrNull(before.Regex, r.Regex),
			Modulus:      tfkit.Int64OrNull(before.Modulus, r.Modulus),
			TargetLabel:  tfkit.StringOrNull(before.TargetLabel, r.TargetLabel),
			Replacement:  types.StringPointerValue(r.Replacement),
		}
	}
	return result
}
