package grafanatest

import (
	"fmt"
	"net/http"
	"time"
)

// user is a row of the database; there is one, the administrator.
type user struct {
	ID           int64
	UID          string
	Login, Email string
	PasswordHash string
	Created      time.Time
	Updated      time.Time
}

// createAdmin makes the administrator of a database that has none. A password
// that is configured later changes nothing, as in Grafana.
func (s *Server) createAdmin() {
	if len(s.db.users.rows) > 0 {
		return
	}
	u := user{ID: s.db.next("user"), UID: newShortUID(), Login: s.config.adminUser, Email: s.config.adminUser + "@localhost",
		PasswordHash: hash(s.config.adminPassword), Created: now(), Updated: now()}
	s.db.users.put(key(u.ID), u)
}

// userByLogin finds a user by login or by address.
func (s *Server) userByLogin(login string) (user, bool) {
	return s.db.users.find(func(u user) bool { return u.Login == login || u.Email == login })
}

func (s *Server) health(*call) reply {
	return reply{status: http.StatusOK, contentType: typeJSONUTF, body: object{
		"database": "ok", "version": Version, "commit": "unknown",
	}}
}

// metrics is what a Prometheus scrapes, reduced to what says that Grafana is up.
func (s *Server) metrics(*call) reply {
	const text = "# TYPE grafana_build_info gauge\ngrafana_build_info{edition=\"oss\",version=%q} 1\n"
	return reply{status: http.StatusOK, contentType: "text/plain; version=0.0.4; charset=utf-8", body: fmt.Sprintf(text, Version)}
}

func (s *Server) getOrg(*call) reply {
	return done(object{"id": 1, "name": "Main Org.", "address": object{
		"address1": "", "address2": "", "city": "", "zipCode": "", "state": "", "country": "",
	}})
}

func (s *Server) stats(*call) reply {
	tags := map[string]bool{}
	for _, d := range s.db.dashboards.rows {
		for _, tag := range d.Tags {
			tags[tag] = true
		}
	}
	// Service accounts count by their role, though not as users.
	members := map[string]int{"Admin": len(s.db.users.rows)}
	for _, a := range s.db.serviceAccounts.rows {
		members[a.Role]++
	}
	return done(object{
		"orgs": 1, "dashboards": len(s.db.dashboards.rows), "snapshots": 0, "tags": len(tags),
		"datasources": len(s.db.dataSources.rows), "playlists": 0, "stars": 0, "alerts": 0,
		"users": len(s.db.users.rows), "admins": members["Admin"], "editors": members["Editor"], "viewers": members["Viewer"],
		"activeUsers": len(s.db.users.rows), "activeAdmins": members["Admin"], "activeEditors": members["Editor"],
		"activeViewers": members["Viewer"], "activeSessions": 0, "activeDevices": 0,
		"dailyActiveUsers": 1, "dailyActiveAdmins": 0, "dailyActiveEditors": 0, "dailyActiveViewers": 0,
		"dailyActiveSessions": 0, "monthlyActiveUsers": 1,
	})
}

func (s *Server) lookupUser(c *call) reply {
	u, ok := s.userByLogin(c.URL.Query().Get("loginOrEmail"))
	if !ok {
		return fail(http.StatusNotFound, "user not found")
	}
	return done(object{
		"id": u.ID, "uid": u.UID, "email": u.Email, "name": "", "login": u.Login, "theme": "", "orgId": 1,
		"isGrafanaAdmin": true, "isDisabled": false, "isExternal": false, "isExternallySynced": false,
		"isGrafanaAdminExternallySynced": false, "authLabels": nil, "updatedAt": u.Updated, "createdAt": u.Created,
		"avatarUrl": "", "isProvisioned": false,
	})
}

func (s *Server) changePassword(c *call) reply {
	var wanted struct{ Password string }
	if !c.decode(&wanted) || wanted.Password == "" {
		return fail(http.StatusBadRequest, "bad request data")
	}
	u, ok := s.db.users.get(c.PathValue("id"))
	if !ok {
		return fail(http.StatusNotFound, "user not found")
	}
	u.PasswordHash, u.Updated = hash(wanted.Password), now()
	s.db.users.put(key(u.ID), u)
	return done(object{"message": "User password updated"})
}
