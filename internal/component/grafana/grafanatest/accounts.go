package grafanatest

import (
	"cmp"
	"net/http"
	"strings"
)

// serviceAccount is a row of the database.
type serviceAccount struct {
	ID               int64 // from the same sequence as the ids of users
	UID, Name, Login string
	Role             string
	Disabled         bool
}

// serviceAccountBody is a service account as it is answered.
type serviceAccountBody struct {
	ID         int64  `json:"id"`
	UID        string `json:"uid"`
	Name       string `json:"name"`
	Login      string `json:"login"`
	OrgID      int    `json:"orgId"`
	IsDisabled bool   `json:"isDisabled"`
	Role       string `json:"role"`
	Tokens     int    `json:"tokens"`
	AvatarURL  string `json:"avatarUrl"`
}

func (s *Server) serviceAccountBody(a serviceAccount) serviceAccountBody {
	return serviceAccountBody{ID: a.ID, UID: a.UID, Name: a.Name, Login: a.Login, OrgID: 1,
		IsDisabled: a.Disabled, Role: a.Role, Tokens: len(s.tokensOf(a))}
}

func (s *Server) createServiceAccount(c *call) reply {
	var wanted struct {
		Name, Role string
		IsDisabled bool
	}
	ok := c.decode(&wanted)
	role := cmp.Or(wanted.Role, "Viewer")
	if _, known := roles[role]; !ok || !known || wanted.Name == "" {
		return fail(http.StatusBadRequest, "Bad request data")
	}
	login := "sa-1-" + slug(wanted.Name) // 1 is the organisation
	if _, taken := s.db.serviceAccounts.find(func(a serviceAccount) bool { return a.Login == login }); taken {
		return failWith(http.StatusBadRequest, "serviceaccounts.ErrAlreadyExists", "service account already exists")
	}
	a := serviceAccount{
		ID: s.db.next("user"), UID: newShortUID(), Name: wanted.Name, Login: login, Role: role, Disabled: wanted.IsDisabled,
	}
	s.db.serviceAccounts.put(key(a.ID), a)
	created := done(s.serviceAccountBody(a))
	created.status = http.StatusCreated
	return created
}

func (s *Server) searchServiceAccounts(c *call) reply {
	text := strings.ToLower(c.URL.Query().Get("query"))
	found := s.db.serviceAccounts.where(
		func(a serviceAccount) bool {
			return strings.Contains(strings.ToLower(a.Name), text) || strings.Contains(a.Login, text)
		},
		func(a, b serviceAccount) int { return cmp.Compare(a.Login, b.Login) })
	bodies := []serviceAccountBody{}
	for _, a := range found {
		body := s.serviceAccountBody(a)
		body.AvatarURL = avatar(notInSlug.ReplaceAllString(strings.ToLower(a.Name), "") + "@localhost")
		bodies = append(bodies, body)
	}
	return done(object{"totalCount": len(bodies), "serviceAccounts": bodies, "page": 1, "perPage": 1000})
}

func (s *Server) getServiceAccount(c *call) reply {
	a, ok := s.db.serviceAccounts.get(c.PathValue("id"))
	if !ok {
		return noServiceAccount()
	}
	return done(s.serviceAccountBody(a))
}

func (s *Server) deleteServiceAccount(c *call) reply {
	a, ok := s.db.serviceAccounts.get(c.PathValue("id"))
	if !ok {
		return noServiceAccount()
	}
	for _, t := range s.tokensOf(a) {
		s.db.tokens.remove(key(t.ID))
	}
	s.db.serviceAccounts.remove(key(a.ID))
	return done(object{"message": "Service account deleted"})
}

func noServiceAccount() reply {
	return failWith(http.StatusNotFound, "serviceaccounts.ErrNotFound", "service account not found")
}
