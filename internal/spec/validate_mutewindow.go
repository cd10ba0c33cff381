package spec

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/prometheus/alertmanager/timeinterval"
)

// Validate implements Object.
func (w *MuteWindow) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", w.Stack)
	errs.name("a mute window", w.Name)
	if len(w.Intervals) == 0 {
		errs.Add("intervals", "Add an interval of time.", "it contains no time")
	}
	for i := range w.Intervals {
		errs.timeInterval(fmt.Sprintf("intervals[%d]", i), &w.Intervals[i])
	}
	return errs
}

func (e *FieldErrors) timeInterval(path string, i *TimeInterval) {
	if len(i.Times)+len(i.Weekdays)+len(i.DaysOfMonth)+len(i.Months)+len(i.Years) == 0 {
		e.Add(path, "Set times, weekdays, days_of_month, months or years.", "%s contains every time, for ever", path)
	}
	for k, times := range i.Times {
		e.timeRange(fmt.Sprintf("%s.times[%d]", path, k), times)
	}
	for _, list := range []struct {
		field  string
		values []string
		noun   string
		hint   string
		parse  func() json.Unmarshaler
	}{
		{"weekdays", i.Weekdays, "a day of the week or a range of them", `Write "monday" or "monday:friday"; a week begins on sunday.`,
			func() json.Unmarshaler { return &timeinterval.WeekdayRange{} }},
		{"days_of_month", i.DaysOfMonth, "a day of the month or a range of them", `Write "1", "1:7" or, counted from the end, "-1".`,
			func() json.Unmarshaler { return &timeinterval.DayOfMonthRange{} }},
		{"months", i.Months, "a month or a range of them", `Write "may", "5" or "may:august".`,
			func() json.Unmarshaler { return &month{} }},
		{"years", i.Years, "a year or a range of them", `Write "2026" or "2026:2028".`,
			func() json.Unmarshaler { return &timeinterval.YearRange{} }},
	} {
		for k, value := range list.values {
			e.upstream(fmt.Sprintf("%s.%s[%d]", path, list.field, k), value, list.noun, list.hint, list.parse())
		}
	}
	if i.Location != "" {
		e.upstream(path+".location", i.Location, "a time zone", `Write a name of the IANA database, such as "Europe/Berlin".`, &timeinterval.Location{})
	}
}

func (e *FieldErrors) timeRange(path string, times TimeRange) {
	parse := func(start, end string) error {
		text, err := json.Marshal(map[string]string{"start_time": start, "end_time": end})
		if err != nil {
			return err
		}
		return new(timeinterval.TimeRange).UnmarshalJSON(text)
	}
	const hint = `Write hours and minutes in two digits each, such as "08:30"; a day ends at "24:00".`
	sound := true
	if parse(times.StartTime, "24:00") != nil {
		e.Add(path+".start_time", hint, "%s is not a time of the day at which a range can start", quote(times.StartTime))
		sound = false
	}
	if parse("00:00", times.EndTime) != nil {
		e.Add(path+".end_time", hint, "%s is not a time of the day at which a range can end", quote(times.EndTime))
		sound = false
	}
	if sound && parse(times.StartTime, times.EndTime) != nil {
		e.Add(path+".end_time", `Over midnight, write two ranges: one until "24:00", one from "00:00".`,
			"a range from %s to %s ends before it begins", quote(times.StartTime), quote(times.EndTime))
	}
}

// upstream checks a value with Alertmanager's own parser.
func (e *FieldErrors) upstream(path, value, noun, hint string, parser json.Unmarshaler) {
	if !e.required(path, value) {
		return
	}
	text, err := json.Marshal(value)
	if err == nil {
		err = parser.UnmarshalJSON(text)
	}
	if err != nil {
		e.Add(path, hint, "%s is not %s: %s", quote(value), noun, words(err))
	}
}

// month is upstream's range of months, which lets any number pass.
type month struct{ timeinterval.MonthRange }

// UnmarshalJSON implements json.Unmarshaler.
func (m *month) UnmarshalJSON(text []byte) error {
	if err := m.MonthRange.UnmarshalJSON(text); err != nil {
		return err
	}
	if m.Begin < 1 || m.End > 12 {
		return errors.New("months are numbered from 1 to 12")
	}
	return nil
}
