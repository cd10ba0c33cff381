package grafanatest

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// annotation is a row of the database; times are milliseconds since 1970.
type annotation struct {
	ID               int64
	Dashboard        string // uid; empty: of the organisation
	Panel            int64
	Time, TimeEnd    int64
	Created, Updated int64
	Text             string
	Tags             []string
	Author           author
}

// annotationBody is an annotation as it is answered.
type annotationBody struct {
	ID           int64    `json:"id"`
	DashboardID  int64    `json:"dashboardId,omitempty"`
	DashboardUID string   `json:"dashboardUID"`
	PanelID      int64    `json:"panelId,omitempty"`
	Created      int64    `json:"created"`
	Updated      int64    `json:"updated"`
	Time         int64    `json:"time"`
	TimeEnd      int64    `json:"timeEnd"`
	Text         string   `json:"text"`
	Tags         []string `json:"tags"`
	Login        string   `json:"login"`
	Email        string   `json:"email"`
	AvatarURL    string   `json:"avatarUrl"`
	Data         object   `json:"data"`
}

func (s *Server) createAnnotation(c *call) reply {
	var wanted struct {
		DashboardUID  string
		PanelID       int64
		Time, TimeEnd int64
		Text          string
		Tags          []string
	}
	if !c.decode(&wanted) {
		return fail(http.StatusBadRequest, "bad request data")
	}
	if _, ok := s.db.dashboards.get(wanted.DashboardUID); wanted.DashboardUID != "" && !ok {
		return fail(http.StatusNotFound, "Dashboard not found")
	}
	if wanted.Text == "" {
		return fail(http.StatusBadRequest, "Failed to save annotation")
	}
	at := time.Now().UnixMilli()
	begin := cmp.Or(wanted.Time, at)
	a := annotation{
		ID: s.db.next("annotation"), Dashboard: wanted.DashboardUID, Panel: wanted.PanelID,
		Time: begin, TimeEnd: cmp.Or(wanted.TimeEnd, begin), Created: at, Updated: at,
		Text: wanted.Text, Tags: append([]string{}, wanted.Tags...), Author: c.who.author,
	}
	s.db.annotations.put(key(a.ID), a)
	return done(object{"id": a.ID, "message": "Annotation added"})
}

func (s *Server) listAnnotations(c *call) reply {
	tags := c.URL.Query()["tags"]
	found := s.db.annotations.where(
		func(a annotation) bool {
			for _, tag := range tags {
				if !slices.Contains(a.Tags, tag) {
					return false
				}
			}
			return true
		},
		func(a, b annotation) int {
			return cmp.Or(cmp.Compare(b.TimeEnd, a.TimeEnd), cmp.Compare(b.Time, a.Time))
		})
	list := []annotationBody{}
	for _, a := range found[:min(len(found), 100)] { // Grafana's default
		list = append(list, s.annotationBody(a))
	}
	return done(list)
}

func (s *Server) annotationBody(a annotation) annotationBody {
	d := s.db.dashboards.rows[a.Dashboard]
	body := annotationBody{
		ID: a.ID, DashboardID: d.ID, DashboardUID: a.Dashboard, PanelID: a.Panel, Created: a.Created, Updated: a.Updated,
		Time: a.Time, TimeEnd: a.TimeEnd, Text: a.Text, Tags: a.Tags, Login: a.Author.Login, Data: object{},
	}
	if u, ok := s.userByLogin(a.Author.Login); ok {
		body.Email = u.Email
	}
	body.AvatarURL = avatar(cmp.Or(body.Email, a.Author.Login))
	return body
}

func (s *Server) deleteAnnotation(c *call) reply {
	if _, ok := s.db.annotations.get(c.PathValue("id")); !ok {
		return fail(http.StatusNotFound, "Annotation not found")
	}
	s.db.annotations.remove(c.PathValue("id"))
	return done(object{"message": "Annotation deleted"})
}
