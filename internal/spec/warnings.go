package spec

// WarningsAbout are what may go wrong between an object and the others of the
// state and is no error. What two objects share is told about each of them.
func (s *State) WarningsAbout(object Object) FieldErrors {
	var errs FieldErrors
	switch o := object.(type) {
	case *LogRetention:
		errs.retentionConflicts(o, s.LogRetentions)
	case *Channel, *Route:
		for _, problem := range s.Unreachable() {
			if problem.Kind == o.Kind() && problem.Name == o.ObjectName() {
				errs = append(errs, problem.Field)
			}
		}
		errs.takenOver(o, s.takeovers())
	case *EscalationPolicy:
		errs.takenOver(o, s.takeovers())
	case *Stack:
		if name := o.Alertmanager.DefaultChannel; name != "" && s.DefaultChannel() == nil {
			errs.Add("alertmanager.default_channel", "Create the channel in the same apply, or correct the name.",
				"notification channel %s does not exist yet: until it does, what no route takes reaches nobody", quote(name))
		}
	}
	return errs
}
