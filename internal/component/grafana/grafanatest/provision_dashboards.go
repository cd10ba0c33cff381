package grafanatest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
)

// dashboardFile is a file with a dashboard that Grafana takes over as it is.
type dashboardFile struct {
	name  string
	model []byte
}

// provisionDashboards brings the dashboards that come from files to what the
// files say. It fails on a file that holds no dashboard.
func (s *Server) provisionDashboards() error {
	files, err := s.config.dashboardFiles()
	if err != nil {
		return err
	}
	fromFile := map[string]bool{}
	for _, file := range files {
		var fields dashboardFields
		if err := json.Unmarshal(file.model, &fields); err != nil || fields.UID == "" || fields.Title == "" {
			return fmt.Errorf("cannot provision dashboard %q: it is not a JSON object with uid and title", file.name)
		}
		fromFile[fields.UID] = true
		model := canonicalModel(file.model, fields)
		d, exists := s.db.dashboards.get(fields.UID)
		before, _ := s.db.versions.get(versionKey(d.UID, d.Version))
		if exists && d.File == file.name && bytes.Equal(before.Model, model) {
			continue
		}
		d.File = file.name
		s.storeDashboard(d, fields, model, "", "", anonymous())
	}
	for _, d := range s.db.dashboards.rows {
		if d.File != "" && !fromFile[d.UID] {
			s.removeDashboard(d)
		}
	}
	return nil
}

func (s *Server) reloadDashboards(*call) reply {
	if err := s.provisionDashboards(); err != nil {
		return fail(http.StatusInternalServerError, err.Error())
	}
	return done(object{"message": "Dashboards config reloaded"})
}

// dashboardProviders is a file in provisioning/dashboards, as far as the double
// knows it: directories of files that the API must not change.
type dashboardProviders struct {
	Providers []struct {
		Name    string
		Type    string
		Options struct{ Path string }
		Other   map[string]any `yaml:",inline"`
	}
}

// readDashboardFiles reads the dashboards that the providers below the
// provisioning directory name.
func readDashboardFiles(provisioning string) ([]dashboardFile, error) {
	var files []dashboardProviders
	if err := readYAMLFiles(filepath.Join(provisioning, "dashboards"), &files); err != nil {
		return nil, err
	}
	var found []dashboardFile
	for _, file := range files {
		for _, provider := range file.Providers {
			for key := range provider.Other {
				return nil, fmt.Errorf("cannot provision dashboards of %q: the double does not know %q", provider.Name, key)
			}
			paths, err := filepath.Glob(filepath.Join(provider.Options.Path, "*.json"))
			if err != nil {
				return nil, fmt.Errorf("cannot list dashboards of %q: %v", provider.Name, err)
			}
			for _, path := range paths {
				model, err := os.ReadFile(path)
				if err != nil {
					return nil, fmt.Errorf("cannot read dashboard of %q: %v", provider.Name, err)
				}
				found = append(found, dashboardFile{name: filepath.Base(path), model: model})
			}
		}
	}
	return found, nil
}
