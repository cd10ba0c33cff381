package spec

import (
	"fmt"
	"strings"
	"time"
)

// Kind names a type of object. It is part of every object's identity and of its URL.
type Kind string

// The kinds of object a stack is made of.
const (
	KindStack     Kind = "stack"
	KindScrapeJob Kind = "scrape_job"
	KindAlertRule Kind = "alert_rule"
	KindChannel   Kind = "notification_channel"
	KindDashboard Kind = "dashboard"
)

// Noun is the kind as it reads in a sentence, for example "alert rule".
func (k Kind) Noun() string { return strings.ReplaceAll(string(k), "_", " ") }

// Object is one declared fragment of a stack.
type Object interface {
	// Kind is constant for a type.
	Kind() Kind
	// StackName is the stack the object belongs to; for a stack its own name.
	StackName() string
	// ObjectName identifies the object among those of its kind in its stack.
	ObjectName() string
	// Validate returns every problem of the object alone, without network.
	// Defaults must have been applied (WithDefaults).
	Validate() FieldErrors
	// Secrets maps field path (as in FieldError) to every secret the object
	// has set. The pointers lead into the object.
	Secrets() map[string]*Secret
}

// Observed is implemented by objects that have fields which only observation
// fills in.
type Observed interface {
	// ClearObserved empties those fields, so that what is left is what a user wrote.
	ClearObserved()
}

// Beginner is implemented by objects that begin when they are written, unless
// they say when.
type Beginner interface {
	// Begin fills in when the object begins: what the one it replaces says
	// (before, nil for none), else now. Doing it again changes nothing.
	Begin(now time.Time, before Object)
}

// Dependent is implemented by objects whose correctness depends on the stack.
type Dependent interface {
	// ValidateIn returns the problems of the object in that stack, without
	// network. Validate must have found none.
	ValidateIn(stack *Stack) FieldErrors
}

// Secret is a value that is given once and never shown again. On the way in it
// carries Value; stored and on the way out it carries File instead.
type Secret struct {
	// Value is the secret itself. It is never stored and never returned.
	Value string `json:"value,omitempty"`
	// Version is the user's counter: a new version asks for Value to be taken.
	Version int64 `json:"version,omitempty"`
	// File is the name of the file that holds the value, below the stack's
	// secrets directory. The control plane sets it.
	File string `json:"file,omitempty"`
}

// FieldError says what is wrong with one field of an object.
type FieldError struct {
	// Path is the dotted path of the field, for example
	// "metric_relabel[0].regex"; empty when the whole object is meant.
	Path string `json:"path"`
	// Message is one sentence without the final stop: what is wrong. It does not
	// name the object, because whoever shows it does so in front of it.
	Message string `json:"message"`
	// Hint says what to do next; may be empty.
	Hint string `json:"hint,omitempty"`
	// Beside tells that the problem lies between the field and those beside it,
	// so that it may go away when one of them is another.
	Beside bool `json:"-"`
}

// Error joins path and message.
func (e FieldError) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}

// FieldErrors are all problems of one object, in field order.
type FieldErrors []FieldError

// Add appends a problem; message takes fmt verbs.
func (e *FieldErrors) Add(path, hint, message string, args ...any) {
	*e = append(*e, FieldError{Path: path, Message: fmt.Sprintf(message, args...), Hint: hint})
}

// Error lists the problems, separated by semicolons.
func (e FieldErrors) Error() string {
	parts := make([]string, len(e))
	for i, f := range e {
		parts[i] = f.Error()
	}
	return strings.Join(parts, "; ")
}
