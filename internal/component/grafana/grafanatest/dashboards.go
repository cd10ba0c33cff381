package grafanatest

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// dashboard is a row of the database; what it shows is in its last version.
type dashboard struct {
	ID               int64
	UID, Title       string
	FolderUID        string
	Tags             []string
	Version          int
	Created, Updated time.Time
	Creator, Updater author
	File             string // of a provisioned dashboard: where it comes from
}

// version is a row of the database, known by versionKey.
type version struct {
	Dashboard string // its uid
	Number    int
	Message   string
	Created   time.Time
	Creator   string
	Model     json.RawMessage // canonical, without what the server owns: id and version
}

// versionsToKeep is Grafana's default.
const versionsToKeep = 20

func versionKey(uid string, number int) string { return uid + "/" + strconv.Itoa(number) }

// dashboardMeta is what Grafana says about a dashboard.
type dashboardMeta struct {
	Type                  string    `json:"type,omitempty"`
	CanSave               bool      `json:"canSave"`
	CanEdit               bool      `json:"canEdit"`
	CanAdmin              bool      `json:"canAdmin"`
	CanStar               bool      `json:"canStar"`
	CanDelete             bool      `json:"canDelete"`
	Slug                  string    `json:"slug"`
	URL                   string    `json:"url"`
	Expires               time.Time `json:"expires"`
	Created               time.Time `json:"created"`
	Updated               time.Time `json:"updated"`
	UpdatedBy             string    `json:"updatedBy"`
	CreatedBy             string    `json:"createdBy"`
	Version               int       `json:"version"`
	HasACL                bool      `json:"hasAcl"`
	IsFolder              bool      `json:"isFolder"`
	APIVersion            string    `json:"apiVersion,omitempty"`
	FolderID              int64     `json:"folderId"`
	FolderUID             string    `json:"folderUid"`
	FolderTitle           string    `json:"folderTitle"`
	FolderURL             string    `json:"folderUrl"`
	Provisioned           bool      `json:"provisioned"`
	ProvisionedExternalID string    `json:"provisionedExternalId"`
	AnnotationPermissions any       `json:"annotationsPermissions"`
}

func (s *Server) dashboardMeta(c *call, d dashboard) dashboardMeta {
	editor, annotate := c.who.role >= roleEditor, object{
		"canAdd": c.who.role >= roleEditor, "canEdit": c.who.role >= roleEditor, "canDelete": c.who.role >= roleEditor,
	}
	meta := dashboardMeta{
		Type: "db", CanSave: editor, CanEdit: editor, CanAdmin: c.who.role >= roleAdmin, CanStar: c.who.Kind != "", CanDelete: editor,
		Slug: slug(d.Title), URL: s.dashboardURL(d),
		Created: d.Created, Updated: d.Updated, CreatedBy: d.Creator.Login, UpdatedBy: d.Updater.Login,
		Version: d.Version, APIVersion: "v0alpha1",
		FolderTitle: "General", Provisioned: d.File != "", ProvisionedExternalID: d.File,
		AnnotationPermissions: object{"dashboard": annotate, "organization": annotate},
	}
	if f, ok := s.db.folders.get(d.FolderUID); ok {
		meta.FolderID, meta.FolderUID, meta.FolderTitle, meta.FolderURL = f.ID, f.UID, f.Title, s.folderURL(f)
	}
	return meta
}

// model returns what a version shows, with the fields that the server adds.
func (s *Server) model(d dashboard, number int) object {
	v, _ := s.db.versions.get(versionKey(d.UID, number))
	model := parseModel(v.Model)
	model["uid"], model["version"] = d.UID, number
	return model
}

func (s *Server) getDashboard(c *call) reply {
	d, ok := s.db.dashboards.get(c.PathValue("uid"))
	if !ok {
		return fail(http.StatusNotFound, "Dashboard not found")
	}
	model := s.model(d, d.Version)
	model["id"] = d.ID
	return done(object{"meta": s.dashboardMeta(c, d), "dashboard": model})
}

func (s *Server) deleteDashboard(c *call) reply {
	d, ok := s.db.dashboards.get(c.PathValue("uid"))
	switch {
	case !ok:
		return fail(http.StatusNotFound, "Dashboard not found")
	case d.File != "":
		return fail(http.StatusBadRequest, "provisioned dashboard cannot be deleted")
	}
	s.removeDashboard(d)
	return done(object{"message": "Dashboard " + d.Title + " deleted", "title": d.Title, "uid": d.UID})
}

// removeDashboard removes a dashboard, its history and its annotations.
func (s *Server) removeDashboard(d dashboard) {
	for number := d.Version; number > 0; number-- {
		s.removeVersion(d.UID, number)
	}
	for id, a := range s.db.annotations.rows {
		if a.Dashboard == d.UID {
			s.db.annotations.remove(id)
		}
	}
	s.db.dashboards.remove(d.UID)
}

func (s *Server) removeVersion(uid string, number int) {
	if _, ok := s.db.versions.get(versionKey(uid, number)); ok {
		s.db.versions.remove(versionKey(uid, number))
	}
}

func (s *Server) listVersions(c *call) reply {
	d, ok := s.db.dashboards.get(c.PathValue("uid"))
	if !ok {
		return fail(http.StatusNotFound, "Dashboard not found")
	}
	list := []object{}
	for number := d.Version; number > 0; number-- {
		v, ok := s.db.versions.get(versionKey(d.UID, number))
		if !ok {
			break
		}
		list = append(list, object{
			"id": v.Number, "dashboardId": d.ID, "uid": d.UID, "parentVersion": v.Number - 1, "restoredFrom": 0,
			"version": v.Number, "created": v.Created, "message": v.Message, "data": s.model(d, number), "createdBy": v.Creator,
		})
	}
	return done(object{"continueToken": "", "versions": list})
}

//go:embed static/home.json
var homeDashboard string

func (s *Server) home(*call) reply { return done(homeDashboard) }
