package spec

// WarningsAbout are what may go wrong between an object and the others of the
// state and is no error. What two objects share is told about each of them.
func (s *State) WarningsAbout(object Object) FieldErrors {
	var errs FieldErrors
	switch o := object.(type) {
	case *LogRetention:
		errs.retentionConflicts(o, s.LogRetentions)
	case *Channel:
		errs.routing(s, o, o.RepeatInterval)
	case *Route:
		errs.routing(s, o, o.RepeatInterval)
	case *EscalationPolicy:
		errs.takenOver(o, s.takeovers())
		errs.addedRules(o, s)
		if taken, ok := parseDemands(s.alertMatchers(o)); ok && taken.contradict() {
			errs.Add("matchers", "Lead it to a channel by a route of its own.", "it takes no alert: %s always fires, and is not escalated", quote(Watchdog))
		}
	case *Stack:
		if name := o.Alertmanager.DefaultChannel; name != "" && s.DefaultChannel() == nil {
			errs.Add("alertmanager.default_channel", "Create the channel in the same apply, or correct the name.",
				"notification channel %s does not exist yet: until it does, what no route takes reaches nobody", quote(name))
		}
	}
	return errs
}

// routing warns about a route, or a channel with its own.
func (e *FieldErrors) routing(s *State, o Object, repeat string) {
	for _, problem := range s.Unreachable() {
		if problem.Kind == o.Kind() && problem.Name == o.ObjectName() {
			*e = append(*e, problem.Field)
		}
	}
	e.takenOver(o, s.takeovers())
	if keeps := s.Stack.Alertmanager.Retention; longer(repeat, keeps) {
		e.Add("repeat_interval", "Raise alertmanager.retention of the stack, or notify again sooner.",
			"it notifies again sooner than every %s, because Alertmanager forgets by then what it told: alertmanager.retention is %s", quote(repeat), quote(keeps))
	}
}
