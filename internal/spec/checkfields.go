package spec

import (
	"cmp"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
)

// checker is a struct with rules between its fields. Their paths are relative
// to the struct.
type checker interface {
	check(*FieldErrors)
}

// checkFields checks every field below v by its tag "is", which is "required",
// a rule (see rule), or both; and by the tag "oneof", which lists the values
// there are. A text without a rule is one line. Structs that are checkers are
// asked as well.
func (e *FieldErrors) checkFields(path string, v any) {
	visitFields(reflect.ValueOf(v), path, func(f field) {
		rule, required := strings.CutPrefix(f.tag.Get("is"), "required")
		rule = strings.TrimSpace(rule)
		if required && f.value.IsZero() {
			e.missing(f)
			return
		}
		if secret, ok := f.value.Interface().(*Secret); ok && secret != nil {
			e.secret(rule, f.path, secret.Value)
		}
		for path, value := range texts(f) {
			allowed := strings.Fields(f.tag.Get("oneof"))
			if value != "" && e.rule(rule, path, value) && len(allowed) > 0 && !isTemplateText(value) {
				e.oneOf(path, value, allowed...)
			}
		}
		if f.value.Kind() == reflect.Int64 && f.value.Int() < 0 && rule != "number" {
			e.Add(f.path, "Give a number that is not negative.", "%s cannot be negative, but is %d", f.path, f.value.Int())
		}
		e.ask(f)
	})
}

// ask has a struct check its fields against each other.
func (e *FieldErrors) ask(f field) {
	value := f.value
	if value.Kind() == reflect.Struct {
		value = value.Addr()
	}
	if c, ok := value.Interface().(checker); ok && !value.IsZero() {
		e.under(f.path, c.check)
	}
}

// under adds the problems that check finds between the fields below path.
func (e *FieldErrors) under(path string, check func(*FieldErrors)) {
	var found FieldErrors
	check(&found)
	for _, problem := range found {
		problem.Path, problem.Beside = below(path, problem.Path), true
		*e = append(*e, problem)
	}
}

func (e *FieldErrors) missing(f field) {
	switch {
	case f.value.Type() == secretType:
		e.Add(f.path, "Set the secret.", "%s is required", f.path)
	case f.value.Kind() == reflect.String:
		e.Add(f.path, "Give a value.", "%s is empty", f.path)
	default:
		e.Add(f.path, "Give a value.", "%s is required", f.path)
	}
}

// texts are the texts of a field by their paths: one, or those of a list or map.
func texts(f field) iter.Seq2[string, string] {
	return func(yield func(path, text string) bool) {
		v := reflect.Indirect(f.value)
		switch {
		case v.Kind() == reflect.String:
			yield(f.path, v.String())
		case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.String:
			for i := range v.Len() {
				if !yield(fmt.Sprintf("%s[%d]", f.path, i), v.Index(i).String()) {
					return
				}
			}
		case v.Kind() == reflect.Map && v.Type().Elem().Kind() == reflect.String:
			byName := func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) }
			for _, key := range slices.SortedFunc(slices.Values(v.MapKeys()), byName) {
				if !yield(below(f.path, shorten(key.String())), v.MapIndex(key).String()) {
					return
				}
			}
		}
	}
}

// secret checks a secret that is a URL, without telling it. The component takes
// white space around it away.
func (e *FieldErrors) secret(rule, path, value string) {
	if value == "" || rule != "url" && (rule != "url template" || isTemplateText(value)) {
		return
	}
	var found FieldErrors
	if found.httpURL(path, strings.TrimSpace(value)); len(found) > 0 {
		e.Add(path, "Give an http or https URL, such as https://example.com/hook.", "the secret is not an http or https URL")
	}
}

// rule checks one text and tells whether it is sound.
func (e *FieldErrors) rule(rule, path, value string) bool {
	before := len(*e)
	switch rule {
	case "", "line":
		e.line(path, value)
	case "text":
		e.text(path, value)
	case "template": // of several lines
		e.notificationTemplate(path, value)
	case "line template":
		if e.line(path, value) {
			e.notificationTemplate(path, value)
		}
	case "url":
		e.serviceURL(path, value)
	case "url template":
		if !e.isTemplate(path, value) {
			e.serviceURL(path, value)
		}
	case "file":
		e.absolutePath(path, value)
	case "host":
		if !validHost(value) {
			e.Add(path, "Give a host name or an IP address.", "%s is not a host name", quote(value))
		}
	case "address":
		e.hostPort(path, value)
	case "sender":
		e.emailSender(path, value)
	case "recipients":
		e.emailRecipients(path, value)
	case "duration":
		e.clockDuration(path, value)
	case "certificates":
		e.certificates(path, value)
	case "json":
		e.json(path, value)
	default:
		panic("there is no rule " + rule)
	}
	return len(*e) == before
}
