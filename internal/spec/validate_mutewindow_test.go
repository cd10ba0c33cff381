package spec_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundWindow() spec.MuteWindow {
	w := spec.MuteWindow{Stack: "production", Name: "nights", Intervals: []spec.TimeInterval{{
		Times: []spec.TimeRange{{StartTime: "22:00", EndTime: "24:00"}}, Weekdays: []string{"monday:friday"},
	}}}
	spec.WithDefaults(&w)
	return w
}

func TestSoundMuteWindows(t *testing.T) {
	interval := func(change func(*spec.TimeInterval)) func(*spec.MuteWindow) {
		return func(w *spec.MuteWindow) { change(&w.Intervals[0]) }
	}
	accept(t, soundWindow, map[string]func(*spec.MuteWindow){
		"times":         func(*spec.MuteWindow) {},
		"upper case":    interval(func(i *spec.TimeInterval) { i.Weekdays = []string{"Saturday", "Sunday:MONDAY"} }),
		"days":          interval(func(i *spec.TimeInterval) { i.DaysOfMonth = []string{"1", "1:7", "-3:-1", "20:-1"} }),
		"months":        interval(func(i *spec.TimeInterval) { i.Months = []string{"may", "1:3", "may:August", "12"} }),
		"years":         interval(func(i *spec.TimeInterval) { i.Years = []string{"2026", "2026:2028"} }),
		"location":      interval(func(i *spec.TimeInterval) { i.Location = "Europe/Berlin" }),
		"only weekdays": interval(func(i *spec.TimeInterval) { i.Times = nil }),
		"the whole day": interval(func(i *spec.TimeInterval) { i.Times[0].StartTime = "00:00" }),
		"several ranges": interval(func(i *spec.TimeInterval) {
			i.Times = append(i.Times, spec.TimeRange{StartTime: "00:00", EndTime: "06:00"})
		}),
		"several windows": func(w *spec.MuteWindow) { w.Intervals = append(w.Intervals, w.Intervals[0]) },
	})
}

func TestMuteWindowMistakes(t *testing.T) {
	interval := func(change func(*spec.TimeInterval)) func(*spec.MuteWindow) {
		return func(w *spec.MuteWindow) { change(&w.Intervals[0]) }
	}
	times := func(start, end string) func(*spec.MuteWindow) {
		return interval(func(i *spec.TimeInterval) { i.Times[0] = spec.TimeRange{StartTime: start, EndTime: end} })
	}
	const at = "intervals[0]"
	try(t, soundWindow, []mistake[spec.MuteWindow]{
		{"bad stack", func(w *spec.MuteWindow) { w.Stack = "" }, "stack", "is not a stack name"},
		{"slash in name", func(w *spec.MuteWindow) { w.Name = "a/b" }, "name", "is not a name for a mute window"},
		{"no interval", func(w *spec.MuteWindow) { w.Intervals = nil }, "intervals", "contains no time"},
		{"always", interval(func(i *spec.TimeInterval) { i.Times, i.Weekdays, i.Location = nil, nil, "UTC" }), at, "contains every time"},
		{"over midnight", times("22:00", "06:00"), at + ".times[0].end_time", `from "22:00" to "06:00" ends before it begins`},
		{"no time", times("22:00", "22:00"), at + ".times[0].end_time", "ends before it begins"},
		{"one digit", times("8:00", "10:00"), at + ".times[0].start_time", `"8:00" is not a time of the day`},
		{"start at the end of the day", times("24:00", "24:00"), at + ".times[0].start_time", "at which a range can start"},
		{"end at the start of the day", times("00:00", "00:00"), at + ".times[0].end_time", "at which a range can end"},
		{"25 hours", times("08:00", "25:00"), at + ".times[0].end_time", `"25:00"`},
		{"start missing", times("", "10:00"), at + ".times[0].start_time", `""`},
		{"seconds", times("08:00:00", "10:00"), at + ".times[0].start_time", `"08:00:00"`},
		{"line break", times("08:00\n", "10:00"), at + ".times[0].start_time", `"08:00\n"`},
		{"short weekday", interval(func(i *spec.TimeInterval) { i.Weekdays = []string{"monday", "tue"} }), at + ".weekdays[1]", `"tue" is not a day of the week`},
		{"weekend", interval(func(i *spec.TimeInterval) { i.Weekdays = []string{"saturday:sunday"} }), at + ".weekdays[0]", `"saturday:sunday"`},
		{"weekday with a dash", interval(func(i *spec.TimeInterval) { i.Weekdays = []string{"monday-friday"} }), at + ".weekdays[0]", `"monday-friday"`},
		{"empty weekday", interval(func(i *spec.TimeInterval) { i.Weekdays = []string{""} }), at + ".weekdays[0]", "is empty"},
		{"day 0", interval(func(i *spec.TimeInterval) { i.DaysOfMonth = []string{"0"} }), at + ".days_of_month[0]", "out of range"},
		{"day 32", interval(func(i *spec.TimeInterval) { i.DaysOfMonth = []string{"30:32"} }), at + ".days_of_month[0]", "out of range"},
		{"days backwards", interval(func(i *spec.TimeInterval) { i.DaysOfMonth = []string{"-1:-3"} }), at + ".days_of_month[0]", "always before"},
		{"month 13", interval(func(i *spec.TimeInterval) { i.Months = []string{"13"} }), at + ".months[0]", "from 1 to 12"},
		{"month 0", interval(func(i *spec.TimeInterval) { i.Months = []string{"0:3"} }), at + ".months[0]", "from 1 to 12"},
		{"months backwards", interval(func(i *spec.TimeInterval) { i.Months = []string{"may:january"} }), at + ".months[0]", "before start month"},
		{"year in words", interval(func(i *spec.TimeInterval) { i.Years = []string{"this"} }), at + ".years[0]", `"this" is not a year`},
		{"years backwards", interval(func(i *spec.TimeInterval) { i.Years = []string{"2028:2026"} }), at + ".years[0]", "before start year"},
		{"no such location", interval(func(i *spec.TimeInterval) { i.Location = "Europe/Nowhere" }), at + ".location", `"Europe/Nowhere" is not a time zone`},
		{"path as a location", interval(func(i *spec.TimeInterval) { i.Location = "../../etc/passwd" }), at + ".location", "is not a time zone"},
		{"offset as a location", interval(func(i *spec.TimeInterval) { i.Location = "+02:00" }), at + ".location", "is not a time zone"},
	})
}
