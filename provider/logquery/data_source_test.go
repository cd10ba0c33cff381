package logquery

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

func TestQuery(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 1, 31, 12, 0, 0, 5, time.UTC)
	for name, test := range map[string]struct {
		m    model
		want api.LogQuery
	}{
		"defaults": {model{Query: types.StringValue("{}")}, api.LogQuery{Query: "{}"}},
		"since":    {model{Since: types.StringValue("7d")}, api.LogQuery{Since: 7 * 24 * time.Hour}},
		"range": {
			model{Start: types.StringValue("2026-01-31T12:00:00.000000005Z"), End: types.StringValue("2026-01-31T13:00:01.000000005+01:00"), Limit: types.Int64Value(7), Direction: types.StringValue("forward")},
			api.LogQuery{Start: noon, End: noon.Add(time.Second), Limit: 7, Direction: api.LogsForward},
		},
		"the same moment": {
			model{Start: types.StringValue("2026-01-31T12:00:00.000000005Z"), End: types.StringValue("2026-01-31T12:00:00.000000005Z")},
			api.LogQuery{Start: noon, End: noon},
		},
	} {
		got, err := test.m.query()
		if diff := cmp.Diff(test.want, got, cmp.Comparer(time.Time.Equal)); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
	for name, m := range map[string]model{
		"no duration":   {Since: types.StringValue("1 h")},
		"zero":          {Since: types.StringValue("0s")},
		"start is none": {Start: types.StringValue("noon")},
		"end is none":   {End: types.StringValue("")},
	} {
		if _, err := m.query(); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestDefaultSinceIsTheControlPlanes(t *testing.T) {
	t.Parallel()
	if got, err := parseSince(defaultSince); got != api.DefaultLogSince || err != nil {
		t.Errorf("the documentation says %s, the control plane takes %s (%v)", got, api.DefaultLogSince, err)
	}
}
