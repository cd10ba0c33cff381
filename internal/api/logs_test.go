package api_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

func TestLogQueryTravels(t *testing.T) {
	noon := time.Date(2026, 1, 31, 12, 0, 0, 123456789, time.UTC)
	for name, tc := range map[string]struct{ sent, want api.LogQuery }{
		"only a query": {
			api.LogQuery{Query: `{a="b"} |= "&c" # ü`},
			api.LogQuery{Query: `{a="b"} |= "&c" # ü`, Since: time.Hour, Limit: 100, Direction: "backward"},
		},
		"everything": {
			api.LogQuery{Query: "x", Start: noon, End: noon.Add(time.Nanosecond), Since: 90 * time.Minute, Limit: 5000, Direction: "forward"},
			api.LogQuery{Query: "x", Start: noon, End: noon.Add(time.Nanosecond), Since: 90 * time.Minute, Limit: 5000, Direction: "forward"},
		},
		"another time zone": {
			api.LogQuery{Query: "x", End: noon.In(time.FixedZone("X", 3600))},
			api.LogQuery{Query: "x", End: noon, Since: time.Hour, Limit: 100, Direction: "backward"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			values, err := url.ParseQuery(tc.sent.Values().Encode())
			if err != nil {
				t.Fatal(err)
			}
			got, err := api.ParseLogQuery(values)
			if diff := cmp.Diff(tc.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestLogQueryMistakes(t *testing.T) {
	for parameters, want := range map[string]string{
		"start=yesterday": `start is "yesterday"`, "end=12": `end is "12"`,
		"since=1d": `since is "1d"`, "since=0s": `since is "0s"`, "since=-1h": `since is "-1h"`,
		"limit=0": `limit is "0"`, "limit=5001": `from 1 to 5000`, "limit=many": `limit is "many"`,
		"direction=sideways": `direction is "sideways"`,
	} {
		values, err := url.ParseQuery(parameters)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := api.ParseLogQuery(values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", parameters, err, want)
		}
	}
}

func TestLogQueryRange(t *testing.T) {
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	at := func(hours int) time.Time { return now.Add(time.Duration(hours) * time.Hour) }
	for name, tc := range map[string]struct {
		query      api.LogQuery
		start, end time.Time
	}{
		"nothing":              {api.LogQuery{}, at(-1), at(0)},
		"since":                {api.LogQuery{Since: 3 * time.Hour}, at(-3), at(0)},
		"start":                {api.LogQuery{Start: at(-5), Since: time.Hour}, at(-5), at(0)},
		"end":                  {api.LogQuery{End: at(-5), Since: 2 * time.Hour}, at(-7), at(-5)},
		"start and end":        {api.LogQuery{Start: at(-9), End: at(-5)}, at(-9), at(-5)},
		"the default goes on,": {api.LogQuery{End: at(-5)}, at(-6), at(-5)},
	} {
		if start, end := tc.query.Range(now); !start.Equal(tc.start) || !end.Equal(tc.end) {
			t.Errorf("%s: from %v to %v", name, start, end)
		}
	}
}
