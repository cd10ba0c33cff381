package spec

import (
	"fmt"
	html "html/template"
	"io"
	"reflect"
	"strings"
	text "text/template"
)

// isTemplateText tells whether a text has parts that are expanded.
func isTemplateText(value string) bool { return strings.Contains(value, "{{") }

// with are Alertmanager's own templates and those that files define.
func (own alertmanagerTemplates) with(files []string) (*text.Template, *html.Template, error) {
	texts, err := own.text.Clone()
	if err != nil {
		return nil, nil, err
	}
	pages, err := own.html.Clone()
	if err != nil {
		return nil, nil, err
	}
	for _, file := range files {
		if _, err := texts.Parse(file); err != nil {
			return nil, nil, err
		}
		if _, err := pages.Parse(file); err != nil {
			return nil, nil, err
		}
	}
	return texts, pages, nil
}

// executor expands a text beside templates, as text or as HTML.
func executor(texts *text.Template, pages *html.Template, content string, asHTML bool) (func(io.Writer, any) error, error) {
	if asHTML {
		t, err := pages.New("").Option("missingkey=zero").Parse(content)
		if err != nil {
			return nil, err
		}
		return t.Execute, nil
	}
	t, err := texts.New("").Option("missingkey=zero").Parse(content)
	if err != nil {
		return nil, err
	}
	return t.Execute, nil
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
