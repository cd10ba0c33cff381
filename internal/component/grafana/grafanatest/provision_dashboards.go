package grafanatest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
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
