package spec

// KindMuteWindow is the kind of MuteWindow.
const KindMuteWindow Kind = "mute_window"

// MuteWindow is a named set of times. Routes refer to it, as times in which they
// do not notify, or in which only they do.
type MuteWindow struct {
	Stack string `json:"stack"`
	// Name is the identity within the stack.
	Name string `json:"name"`
	// Intervals of which one must contain a time for the window to do.
	Intervals []TimeInterval `json:"intervals"`
}

// TimeInterval contains the times that fit each of its lists; an empty list
// fits every time. The forms are Alertmanager's.
type TimeInterval struct {
	Times []TimeRange `json:"times"`
	// Weekdays are names of days or ranges such as "monday:friday".
	Weekdays []string `json:"weekdays"`
	// DaysOfMonth are numbers or ranges such as "1:7"; negative ones count from
	// the end of the month.
	DaysOfMonth []string `json:"days_of_month"`
	// Months are names, numbers or ranges such as "may:august".
	Months []string `json:"months"`
	// Years are numbers or ranges such as "2026:2028".
	Years []string `json:"years"`
	// Location is the time zone's IANA name; empty means UTC.
	Location string `json:"location,omitempty"`
}

// TimeRange is a part of a day, HH:MM each. The end, up to 24:00, is not part of it.
type TimeRange struct {
	StartTime string `json:"start_time"`
	EndTime   string `json:"end_time"`
}

// Kind implements Object.
func (*MuteWindow) Kind() Kind { return KindMuteWindow }

// StackName implements Object.
func (w *MuteWindow) StackName() string { return w.Stack }

// ObjectName implements Object.
func (w *MuteWindow) ObjectName() string { return w.Name }

// Secrets implements Object: a mute window has none.
func (*MuteWindow) Secrets() map[string]*Secret { return nil }

func (w *MuteWindow) withDefaults() {
	fillList(&w.Intervals)
	for i := range w.Intervals {
		interval := &w.Intervals[i]
		fillList(&interval.Times)
		for _, list := range []*[]string{&interval.Weekdays, &interval.DaysOfMonth, &interval.Months, &interval.Years} {
			fillList(list)
		}
	}
}
