package spec

// Validate implements Object.
func (s *Stack) Validate() FieldErrors { return nil }

// Validate implements Object.
func (j *ScrapeJob) Validate() FieldErrors { return nil }

// Validate implements Object.
func (r *AlertRule) Validate() FieldErrors { return nil }

// Validate implements Object.
func (c *Channel) Validate() FieldErrors { return nil }

// ObjectError is a problem of one object among others.
type ObjectError struct {
	Kind  Kind       `json:"kind"`
	Name  string     `json:"name"`
	Field FieldError `json:"field"`
}

// Validate returns every problem that only shows between objects: references
// to the wrong stack, disagreeing group intervals, two default channels,
// unreachable routes. Each problem is reported on every object that shares it.
func (s *State) Validate() []ObjectError { return nil }
