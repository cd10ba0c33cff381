package spec

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// isTemplateText tells whether a text has parts that are expanded.
func isTemplateText(value string) bool { return strings.Contains(value, "{{") }

// templates are those of text/template or of html/template.
type templates[T any] interface {
	comparable
	Clone() (T, error)
	New(name string) T
	Lookup(name string) T
	Option(options ...string) T
	Parse(text string) (T, error)
	Execute(w io.Writer, data any) error
}

// expandable is a text that can be expanded.
type expandable struct {
	execute func(w io.Writer, data any) error
	// mentioned is everything that might be the name of a label.
	mentioned []string
}

// expandableBy puts a text beside Alertmanager's own templates and those that
// files define. What else they refer to is empty.
func expandableBy[T templates[T]](own T, text string, files []string) (expandable, error) {
	all, err := own.Clone()
	if err != nil {
		return expandable{}, err
	}
	for _, file := range files {
		if _, err := all.Parse(file); err != nil {
			return expandable{}, err
		}
	}
	var mentioned []string
	var none T
	for _, content := range append([]string{text}, files...) {
		parsed, err := parseTemplate(content)
		if err != nil {
			return expandable{}, err
		}
		mentioned = append(mentioned, parsed.mentioned...)
		for _, name := range parsed.foreign() {
			if all.Lookup(name) != none {
				continue
			}
			if _, err := all.Parse(define(name, "")); err != nil {
				return expandable{}, err
			}
		}
	}
	t, err := all.New("").Option("missingkey=zero").Parse(text)
	if err != nil {
		return expandable{}, err
	}
	return expandable{t.Execute, mentioned}, nil
}

// References implements Referrer: what the texts of the channel refer to.
func (c *Channel) References() []Reference {
	var references []Reference
	visitFields(reflect.ValueOf(c), "", func(f field) {
		if !strings.Contains(f.tag.Get("is"), "template") {
			return
		}
		for path, value := range texts(f) {
			if !strings.Contains(value, "template") {
				continue
			}
			if parsed, err := parseTemplate(value); err == nil {
				references = append(references, parsed.references(path)...)
			}
		}
	})
	return references
}

// templates finds templates that fail together with those they refer to, and
// mails whose HTML does.
func (p *problems) templates(s *State) {
	files := make([]string, len(s.NotificationTemplates))
	for i := range s.NotificationTemplates {
		files[i] = s.NotificationTemplates[i].File()
	}
	const hint = "Alertmanager does not send a notification whose template fails."
	for i := range s.NotificationTemplates {
		t := &s.NotificationTemplates[i]
		p.definedTwice(t, s.NotificationTemplates)
		if len(t.References()) == 0 {
			continue
		}
		if of, err := render(fmt.Sprintf("{{ template %q . }}", t.Name), false, files...); err != nil {
			p.add(t, "content", hint, "it cannot be rendered for %s: %s", of, templatePlace(err))
		}
	}
	for i := range s.Channels {
		c := &s.Channels[i]
		if c.Email == nil || c.Email.HTML == nil || !isTemplateText(*c.Email.HTML) {
			continue
		}
		if of, err := render(*c.Email.HTML, true, files...); err != nil {
			p.add(c, "email.html", hint, "it cannot be rendered for %s: %s", of, templatePlace(err))
		}
	}
}

// definedTwice finds templates whose names another defines as one of its parts:
// Alertmanager would take the one that it reads last for both.
func (p *problems) definedTwice(t *NotificationTemplate, all []NotificationTemplate) {
	for i := range all {
		other := &all[i]
		if !strings.HasPrefix(other.Name, t.Name+".") {
			continue
		}
		if parsed, err := parseTemplate(t.Content); err == nil && slices.Contains(parsed.defined, other.Name) {
			const hint = "Give one of the two another name."
			p.add(t, "content", hint, "it defines %s, which is another notification template", quote(other.Name))
			p.add(other, "name", hint, "notification template %s defines %s too", quote(t.Name), quote(other.Name))
		}
	}
}
