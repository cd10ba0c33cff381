package grafanatest

import (
	"encoding/json"
	"net/http"
	"slices"
)

// libraryElement is a row of the database: a panel that dashboards share.
type libraryElement struct {
	UID, Name string
	Model     json.RawMessage
}

// createLibraryElement was not recorded. It is as Grafana documents it, and here
// so that tests can have the panels that dashboards refer to.
func (s *Server) createLibraryElement(c *call) reply {
	var wanted struct {
		UID, Name string
		Kind      int
		Model     json.RawMessage
	}
	if !c.decode(&wanted) || wanted.Name == "" || wanted.Kind != 1 || !isObject(wanted.Model) {
		return fail(http.StatusBadRequest, "bad request data")
	}
	if refusal := refuseUID(wanted.UID); refusal != nil {
		return *refusal
	}
	if wanted.UID == "" {
		wanted.UID = newShortUID()
	}
	e := libraryElement{UID: wanted.UID, Name: wanted.Name, Model: wanted.Model}
	s.db.libraryElements.put(e.UID, e)
	return done(object{"result": object{"uid": e.UID, "name": e.Name, "kind": wanted.Kind, "model": e.Model, "version": 1}})
}

// connectsLibrary tells whether every library panel of a dashboard exists.
// Grafana looks after it has stored the dashboard, which stays stored.
func (s *Server) connectsLibrary(model []byte) bool {
	type panel struct {
		LibraryPanel *struct{ UID string }
		Panels       []json.RawMessage
	}
	var root panel
	if json.Unmarshal(model, &root) != nil {
		return true
	}
	if root.LibraryPanel != nil {
		if _, exists := s.db.libraryElements.get(root.LibraryPanel.UID); !exists {
			return false
		}
	}
	return !slices.ContainsFunc(root.Panels, func(inner json.RawMessage) bool { return !s.connectsLibrary(inner) })
}
