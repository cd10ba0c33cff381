package spec

// Validate implements Object.
func (s *LogSource) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", s.Stack)
	errs.name("name", "a log source", s.Name)
	return errs
}
