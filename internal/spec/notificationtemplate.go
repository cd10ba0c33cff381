package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// KindNotificationTemplate is the kind of NotificationTemplate.
const KindNotificationTemplate Kind = "notification_template"

// NotificationTemplate is a text that channels refer to as {{ template "NAME" . }}.
type NotificationTemplate struct {
	Stack string `json:"stack"`
	// Name is the identity within the stack and the name of the template.
	Name string `json:"name"`
	// Content is the text itself, or definitions of the template and of others
	// whose names begin with its own and a dot.
	Content string `json:"content"`
}

// Kind implements Object.
func (*NotificationTemplate) Kind() Kind { return KindNotificationTemplate }

// StackName implements Object.
func (t *NotificationTemplate) StackName() string { return t.Stack }

// ObjectName implements Object.
func (t *NotificationTemplate) ObjectName() string { return t.Name }

// Secrets implements Object: a template has none.
func (*NotificationTemplate) Secrets() map[string]*Secret { return nil }

// References implements Referrer.
func (t *NotificationTemplate) References() []Reference {
	parsed, err := parseTemplate(t.File())
	if err != nil {
		return nil
	}
	return parsed.references("content")
}

// File is the template as Alertmanager reads it: it knows texts by what they
// define.
func (t *NotificationTemplate) File() string {
	if parsed, err := parseTemplate(t.Content); err == nil && parsed.body && len(parsed.defined) == 0 {
		// No line break, so that line numbers in errors are the user's.
		return define(t.Name, t.Content)
	}
	return t.Content
}

func define(name, content string) string {
	return "{{ define \"" + name + "\" }}" + content + "{{ end }}"
}

// Path is where the file lies, relative to alertmanager.yml. It tells what is in
// the file, because Alertmanager does not.
func (t *NotificationTemplate) Path() string {
	sum := sha256.Sum256([]byte(t.File()))
	return "templates/" + t.Name + "." + hex.EncodeToString(sum[:8]) + ".tmpl"
}

// Validate implements Object.
func (t *NotificationTemplate) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", t.Stack)
	errs.name("a notification template", t.Name)
	if len(errs) > 0 || !errs.text("content", t.Content) {
		return errs
	}
	parsed, err := parseTemplate(t.Content)
	const hint = "Use the functions and fields of Alertmanager templates, such as {{ .CommonLabels.alertname }}."
	switch {
	case err != nil:
		errs.Add("content", hint, "it is not an Alertmanager template: %s", templatePlace(err))
	case isBuiltIn(t.Name):
		errs.Add("name", "Choose another name.", "%s is the name of a template of Alertmanager's own", quote(t.Name))
	case !parsed.body && len(parsed.defined) == 0:
		errs.Add("content", "Write the text of the notification.", "content is empty")
	case parsed.body && len(parsed.defined) > 0:
		errs.Add("content", "Put the text into {{ define \""+t.Name+"\" }} … {{ end }} too.", "content has both definitions and text outside of them, which nothing could refer to")
	default:
		errs.definitions(t.Name, parsed)
		errs.references(t)
		if parsed.body {
			errs.rendered("content", "", t.Content) // as it is, so that columns in errors are the user's
		} else {
			errs.rendered("content", t.Content, fmt.Sprintf("{{ template %q . }}", t.Name))
		}
	}
	return errs
}

// definitions checks the names that a template defines.
func (e *FieldErrors) definitions(name string, t parsedTemplate) {
	found := t.body
	for _, defined := range t.defined {
		found = found || defined == name
		if isBuiltIn(defined) {
			// It would change the texts of all channels, and of the fallbacks.
			e.Add("content", "Give it another name.", "it defines %s, the name of a template of Alertmanager's own", quote(defined))
		} else if defined != name && !strings.HasPrefix(defined, name+".") {
			e.Add("content", "Name it "+quote(name+"."+defined)+".", "it defines %s, whose name does not begin with %s", quote(defined), quote(name+"."))
		}
	}
	if !found {
		e.Add("content", "Define it, or leave the definitions out and write only its text.", "it does not define %s", quote(name))
	}
}
