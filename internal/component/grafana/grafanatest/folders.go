package grafanatest

import (
	"net/http"
	"time"
)

// folder is a row of the database.
type folder struct {
	ID                 int64 // from the same sequence as the ids of dashboards
	UID, Title, Parent string
	Version            int
	Created, Updated   time.Time
	Creator, Updater   author
}

// folderBody is a folder as it is answered.
type folderBody struct {
	ID        int64        `json:"id"`
	UID       string       `json:"uid"`
	OrgID     int          `json:"orgId"`
	Title     string       `json:"title"`
	URL       string       `json:"url"`
	HasACL    bool         `json:"hasAcl"`
	CanSave   bool         `json:"canSave"`
	CanEdit   bool         `json:"canEdit"`
	CanAdmin  bool         `json:"canAdmin"`
	CanDelete bool         `json:"canDelete"`
	CreatedBy string       `json:"createdBy"`
	Created   time.Time    `json:"created"`
	UpdatedBy string       `json:"updatedBy"`
	Updated   time.Time    `json:"updated"`
	Version   int          `json:"version"`
	ParentUID string       `json:"parentUid,omitempty"`
	Parents   []folderBody `json:"parents,omitempty"`
}

// folderHit is a folder in a list.
type folderHit struct {
	ID        int64  `json:"id"`
	UID       string `json:"uid"`
	Title     string `json:"title"`
	ParentUID string `json:"parentUid,omitempty"`
}

func (s *Server) folderBody(c *call, f folder) folderBody {
	body := folderBody{
		ID: f.ID, UID: f.UID, OrgID: 1, Title: f.Title, URL: s.folderURL(f), Version: f.Version, ParentUID: f.Parent,
		CanSave: c.who.role >= roleEditor, CanEdit: c.who.role >= roleEditor,
		CanAdmin: c.who.role >= roleAdmin, CanDelete: c.who.role >= roleEditor,
		CreatedBy: f.Creator.Login, Created: f.Created, UpdatedBy: f.Updater.Login, Updated: f.Updated,
	}
	for above, ok := s.db.folders.get(f.Parent); ok; above, ok = s.db.folders.get(above.Parent) {
		parent := s.folderBody(c, above)
		parent.Parents = nil
		body.Parents = append([]folderBody{parent}, body.Parents...)
	}
	return body
}

func (s *Server) listFolders(c *call) reply {
	parent := c.URL.Query().Get("parentUid")
	if _, ok := s.db.folders.get(parent); parent != "" && !ok {
		return fail(http.StatusNotFound, "folder not found")
	}
	hits := []folderHit{}
	for _, f := range s.foldersIn(parent) {
		hits = append(hits, folderHit{ID: f.ID, UID: f.UID, Title: f.Title, ParentUID: f.Parent})
	}
	return done(hits)
}

func (s *Server) foldersIn(parent string) []folder {
	return s.db.folders.where(
		func(f folder) bool { return f.Parent == parent },
		func(a, b folder) int { return byTitle(a.Title, b.Title, a.ID, b.ID) })
}

func (s *Server) getFolder(c *call) reply {
	f, ok := s.db.folders.get(c.PathValue("uid"))
	if !ok {
		return failAs(http.StatusNotFound, "folder not found", "not-found")
	}
	return done(s.folderBody(c, f))
}

func (s *Server) createFolder(c *call) reply {
	var wanted struct{ UID, Title, ParentUID string }
	if !c.decode(&wanted) {
		return fail(http.StatusBadRequest, "bad request data")
	}
	if wanted.Title == "" {
		return fail(http.StatusBadRequest, "folder title cannot be empty")
	}
	if refusal := refuseUID(wanted.UID); refusal != nil {
		return *refusal
	}
	if _, taken := s.db.folders.get(wanted.UID); taken {
		return fail(http.StatusPreconditionFailed, "the folder has been changed by someone else")
	}
	if _, ok := s.db.folders.get(wanted.ParentUID); wanted.ParentUID != "" && !ok {
		return fail(http.StatusNotFound, "folder not found")
	}
	if wanted.UID == "" {
		wanted.UID = newShortUID()
	}
	f := folder{
		ID: s.db.next("dashboard"), UID: wanted.UID, Title: wanted.Title, Parent: wanted.ParentUID, Version: 1,
		Created: now(), Updated: now(), Creator: c.who.author, Updater: c.who.author,
	}
	s.db.folders.put(f.UID, f)
	return done(s.folderBody(c, f))
}

func (s *Server) updateFolder(c *call) reply {
	var wanted struct {
		Title     string
		Version   int
		Overwrite bool
	}
	if !c.decode(&wanted) {
		return fail(http.StatusBadRequest, "bad request data")
	}
	f, ok := s.db.folders.get(c.PathValue("uid"))
	if !ok {
		return failAs(http.StatusNotFound, "folder not found", "not-found")
	}
	if !wanted.Overwrite && wanted.Version != f.Version {
		return fail(http.StatusPreconditionFailed, "The dashboard has been changed by someone else")
	}
	if wanted.Title == "" {
		return fail(http.StatusBadRequest, "folder title cannot be empty")
	}
	f.Title, f.Version, f.Updated, f.Updater = wanted.Title, f.Version+1, now(), c.who.author
	s.db.folders.put(f.UID, f)
	return done(s.folderBody(c, f))
}

func (s *Server) deleteFolder(c *call) reply {
	uid := c.PathValue("uid")
	if _, ok := s.db.folders.get(uid); !ok {
		return fail(http.StatusNotFound, "folder not found")
	}
	s.removeFolder(uid)
	return done(object{"message": "Folder deleted"})
}

// removeFolder removes a folder with everything in it.
func (s *Server) removeFolder(uid string) {
	for _, below := range s.foldersIn(uid) {
		s.removeFolder(below.UID)
	}
	for _, d := range s.db.dashboards.rows {
		if d.FolderUID == uid {
			s.removeDashboard(d)
		}
	}
	s.db.folders.remove(uid)
}
