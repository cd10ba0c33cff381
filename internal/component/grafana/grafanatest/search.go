package grafanatest

import (
	"net/url"
	"slices"
)

// hit is one result of a search. Tags are there only when the search asked for
// one: a recorded search by uid answers none for a tagged dashboard.
type hit struct {
	ID          int64    `json:"id"`
	UID         string   `json:"uid"`
	OrgID       int      `json:"orgId"`
	Title       string   `json:"title"`
	URI         string   `json:"uri"`
	URL         string   `json:"url"`
	Slug        string   `json:"slug"`
	Type        string   `json:"type"`
	Tags        []string `json:"tags"`
	IsStarred   bool     `json:"isStarred"`
	FolderID    int64    `json:"folderId,omitempty"`
	FolderUID   string   `json:"folderUid,omitempty"`
	FolderTitle string   `json:"folderTitle,omitempty"`
	FolderURL   string   `json:"folderUrl,omitempty"`
	SortMeta    int      `json:"sortMeta"`
	IsDeleted   bool     `json:"isDeleted"`
}

func (s *Server) search(c *call) reply {
	query := c.URL.Query()
	hits := []hit{}
	for _, f := range s.db.folders.rows {
		found := s.newHit(f.ID, f.UID, f.Title, "dash-folder", s.folderURL(f), f.Parent)
		if matches(query, found, nil) {
			hits = append(hits, found)
		}
	}
	for _, d := range s.db.dashboards.rows {
		found := s.newHit(d.ID, d.UID, d.Title, "dash-db", s.dashboardURL(d), d.FolderUID)
		if !matches(query, found, d.Tags) {
			continue
		}
		if query.Has("tag") {
			found.Tags = d.Tags
		}
		hits = append(hits, found)
	}
	slices.SortFunc(hits, func(a, b hit) int { return byTitle(a.Title, b.Title, a.ID, b.ID) })
	return done(page(c, hits))
}

func (s *Server) newHit(id int64, uid, title, kind, address, folder string) hit {
	found := hit{
		ID: id, UID: uid, OrgID: 1, Title: title, URI: "db/" + slug(title), URL: address, Type: kind, Tags: []string{},
	}
	if f, ok := s.db.folders.get(folder); ok {
		found.FolderID, found.FolderUID, found.FolderTitle, found.FolderURL = f.ID, f.UID, f.Title, s.folderURL(f)
	}
	return found
}

// matches says whether a search with that query finds h, which has these tags.
func matches(query url.Values, h hit, tags []string) bool {
	for _, tag := range query["tag"] {
		if !slices.Contains(tags, tag) {
			return false
		}
	}
	return oneOf(query["type"], h.Type) && oneOf(query["dashboardUIDs"], h.UID) && oneOf(query["folderUIDs"], h.FolderUID)
}

// oneOf says whether value is among the accepted ones; none means any.
func oneOf(accepted []string, value string) bool {
	return len(accepted) == 0 || slices.Contains(accepted, value)
}
