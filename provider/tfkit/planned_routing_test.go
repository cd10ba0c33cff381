package tfkit_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func TestPlannedRouting(t *testing.T) {
	t.Parallel()
	planned := tfkit.NewProviderData(nil).Planned
	expect := func(undecided []string, want ...string) {
		t.Helper()
		changes, open := planned.Routing("s")
		var got []string
		for _, c := range changes {
			text := fmt.Sprintf("%s %s", c.Kind, c.Name)
			if c.Object == nil {
				text += " gone"
			}
			got = append(got, text)
		}
		if !slices.Equal(got, want) || !slices.Equal(open, undecided) {
			t.Errorf("changes are %q, undecided %q; want %q and %q", got, open, want, undecided)
		}
	}
	route, channel := &spec.Route{Stack: "s", Name: "r"}, &spec.Channel{Stack: "s", Name: "c"}
	planned.Expect(route, true)
	planned.Expect(channel, false)
	planned.Expect(&spec.AlertRule{Stack: "s", Name: "a"}, true)
	planned.Expect(&spec.Route{Stack: "other", Name: "r"}, true)
	planned.ExpectGone(&spec.MuteWindow{Stack: "s", Name: "w"})
	planned.ExpectGone(&spec.AlertRule{Stack: "s", Name: "b"})
	expect([]string{`notification channel "c"`}, "mute_window w gone", "route r")
	planned.Expect(channel, true)
	expect(nil, "mute_window w gone", "notification_channel c", "route r")
	// What is replaced is not gone, in whichever order that is planned.
	planned.Create(route)
	planned.ExpectGone(route)
	expect(nil, "mute_window w gone", "notification_channel c", "route r")
	planned.Written(route)
	planned.Written(&spec.MuteWindow{Stack: "s", Name: "w"})
	expect(nil, "notification_channel c")
}
