package spec

// Validate implements Object.
func (r *LogRetention) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", r.Stack)
	errs.name("name", "a log retention", r.Name)
	return errs
}
