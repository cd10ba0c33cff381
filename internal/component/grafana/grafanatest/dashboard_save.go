package grafanatest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// dashboardFields are the fields of a dashboard that Grafana itself reads.
type dashboardFields struct {
	ID         int64
	UID, Title string
	Version    int
	Tags       []string
}

func (s *Server) saveDashboard(c *call) reply {
	var wanted struct {
		Dashboard          json.RawMessage
		FolderUID, Message string
		Overwrite          bool
	}
	var fields dashboardFields
	if !c.decode(&wanted) || json.Unmarshal(wanted.Dashboard, &fields) != nil || !isObject(wanted.Dashboard) {
		return fail(http.StatusBadRequest, "bad request data")
	}
	fields.Title, fields.UID = strings.TrimSpace(fields.Title), strings.TrimSpace(fields.UID)
	if fields.Title == "" {
		return failAs(http.StatusBadRequest, "Dashboard title cannot be empty", "empty-name")
	}
	if refusal := refuseUID(fields.UID); refusal != nil {
		return *refusal
	}
	d, exists := s.db.dashboards.get(fields.UID)
	_, folderExists := s.db.folders.get(wanted.FolderUID)
	switch {
	case d.File != "":
		return fail(http.StatusBadRequest, "Cannot save provisioned dashboard")
	case wanted.FolderUID != "" && !folderExists:
		return fail(http.StatusBadRequest, "folder not found")
	case fields.ID != 0 && fields.ID != d.ID: // an id from another Grafana, or from a dashboard that is gone
		return failAs(http.StatusNotFound, "Dashboard not found", "not-found")
	case exists && !wanted.Overwrite && fields.Version != d.Version:
		return failAs(http.StatusPreconditionFailed, "The dashboard has been changed by someone else", "version-mismatch")
	}
	if fields.UID == "" {
		fields.UID = newUUID()
	}
	model := canonicalModel(wanted.Dashboard, fields)
	// A save that changes nothing is stored as a version like any other, but
	// answered with the version before: the recorded saves 3 (unchanged) and 5
	// (moved) leave the versions 1 to 5. Whoever saves without overwrite must
	// read the version and not take it from the answer.
	answered := d.Version + 1
	if before, ok := s.db.versions.get(versionKey(d.UID, d.Version)); ok && d.FolderUID == wanted.FolderUID && bytes.Equal(before.Model, model) {
		answered = d.Version
	}
	d = s.storeDashboard(d, fields, model, wanted.FolderUID, wanted.Message, c.who.author)
	if !s.connectsLibrary(model) {
		return fail(http.StatusInternalServerError, "Error while connecting library panels")
	}
	return done(object{
		"folderUid": d.FolderUID, "id": d.ID, "slug": slug(d.Title), "status": "success",
		"uid": d.UID, "url": s.dashboardURL(d), "version": answered,
	})
}

// storeDashboard puts a new version of d, which is empty if there is none yet.
func (s *Server) storeDashboard(d dashboard, fields dashboardFields, model []byte, folder, message string, by author) dashboard {
	if d.Version == 0 {
		d.ID, d.UID, d.Created, d.Creator = s.db.next("dashboard"), fields.UID, now(), by
		message = "Initial save" // whatever the caller says, as recorded
	}
	d.Title, d.Tags, d.FolderUID = fields.Title, fields.Tags, folder
	d.Version, d.Updated, d.Updater = d.Version+1, now(), by
	s.db.versions.put(versionKey(d.UID, d.Version), version{
		Dashboard: d.UID, Number: d.Version, Message: message, Created: now(), Creator: by.Login, Model: model,
	})
	s.removeVersion(d.UID, d.Version-versionsToKeep)
	s.db.dashboards.put(d.UID, d)
	return d
}

func isObject(raw json.RawMessage) bool { return bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) }

// canonicalModel returns a model as it is stored: keys sorted, numbers in one
// form, without what the server owns. The model must be a JSON object.
func canonicalModel(raw json.RawMessage, fields dashboardFields) []byte {
	model := parseModel(raw)
	delete(model, "id")
	delete(model, "version")
	model["uid"], model["title"] = fields.UID, fields.Title
	canonical, err := json.Marshal(model)
	if err != nil {
		panic(err) // it was JSON before
	}
	return canonical
}

func parseModel(raw json.RawMessage) object {
	var model object
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&model); err != nil {
		panic(err) // it was decoded before
	}
	return oneNumberForm(map[string]any(model)).(map[string]any)
}

// oneNumberForm turns numbers into integers where they are, else into floating
// point, as Grafana's storage does: 1.0 comes back as 1.
func oneNumberForm(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for k, v := range value {
			value[k] = oneNumberForm(v)
		}
	case []any:
		for i, v := range value {
			value[i] = oneNumberForm(v)
		}
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return whole
		}
		float, err := value.Float64()
		if err != nil {
			return value.String() // beyond floating point; no dashboard has such a number
		}
		return float
	}
	return value
}
