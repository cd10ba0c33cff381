package spec

// Validate implements Object.
func (c *Channel) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", c.Stack)
	errs.name("a notification channel", c.Name)
	if c.Name == NullReceiver {
		errs.Add("name", "Choose another name.", "%q is the name of a built-in receiver", c.Name)
	}
	errs.receiver(c)
	errs.matchers("matchers", c.Matchers)
	errs.grouping(c.GroupBy, c.GroupWait, c.GroupInterval, c.RepeatInterval)
	return errs
}
