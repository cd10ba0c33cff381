package alertmanager

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/prometheus/alertmanager/template"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// templatesGlob are the files of templates.
const templatesGlob = "templates/*.tmpl"

// templateFiles adds the file of every template and returns their paths. What
// Alertmanager tells of its configuration says nothing of what these files hold,
// so their names do.
func templateFiles(in component.Input, files component.Files) []string {
	var paths []string
	for i := range in.State.NotificationTemplates {
		t := &in.State.NotificationTemplates[i]
		files[t.Path()] = component.File{Data: []byte(t.File())}
		paths = append(paths, t.Path())
	}
	return paths
}

// checkTemplates reads the files as Alertmanager does.
func checkTemplates(files component.Files) error {
	all, err := template.FromGlobs(nil)
	if err != nil {
		return err
	}
	for name, file := range files {
		if name == configFile {
			continue
		}
		if err := all.Parse(strings.NewReader(string(file.Data))); err != nil {
			return fmt.Errorf("cannot accept %s: %w", name, err)
		}
	}
	return nil
}

// edited tells of files that somebody changed: the files of templates on the
// templates. same tells whether alertmanager.yml runs as it was written, which
// says nothing of what was in those files when it was read.
func (o *observer) edited(edits []component.Edit, same bool) {
	for _, edit := range edits {
		i := slices.IndexFunc(o.in.State.NotificationTemplates, func(t spec.NotificationTemplate) bool { return t.Path() == edit.Path })
		if i >= 0 {
			o.note(&o.in.State.NotificationTemplates[i], "its file was %s by hand", edit.Verb)
			continue
		}
		o.drift("%s", edit.Sentence(!same || isTemplateFile(edit.Path)))
	}
}

func isTemplateFile(name string) bool {
	matched, err := path.Match(templatesGlob, name)
	return err == nil && matched
}

// templates compares the list of files that are read.
func (o *observer) templates() {
	running := make([]string, len(o.config.Templates))
	for i, name := range o.config.Templates {
		// The API tells where the files are, the file itself is relative.
		running[i] = strings.TrimPrefix(name, o.in.ConfigDir+"/")
	}
	var wanted []string
	for i := range o.in.State.NotificationTemplates {
		t := &o.in.State.NotificationTemplates[i]
		wanted = append(wanted, t.Path())
		if !slices.Contains(running, t.Path()) {
			o.note(t, "the template is not loaded")
		}
	}
	for _, name := range running {
		if !slices.Contains(wanted, name) {
			o.drift("templates are loaded from %s, which is not managed", name)
		}
	}
}
