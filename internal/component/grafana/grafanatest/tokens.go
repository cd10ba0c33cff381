package grafanatest

import (
	"cmp"
	"net/http"
	"time"
)

// token is a row of the database; the secret itself is not kept.
type token struct {
	ID       int64
	Account  int64
	Name     string
	Hash     string
	Created  time.Time
	Expires  time.Time // zero: never
	LastUsed time.Time // zero: never
}

func (t token) expired() bool { return !t.Expires.IsZero() && time.Now().After(t.Expires) }

func (s *Server) tokensOf(a serviceAccount) []token {
	return s.db.tokens.where(
		func(t token) bool { return t.Account == a.ID },
		func(a, b token) int { return cmp.Compare(a.ID, b.ID) })
}

func (s *Server) createToken(c *call) reply {
	var wanted struct {
		Name          string
		SecondsToLive int64
	}
	if !c.decode(&wanted) || wanted.Name == "" {
		return fail(http.StatusBadRequest, "Bad request data")
	}
	a, ok := s.db.serviceAccounts.get(c.PathValue("id"))
	if !ok {
		return noServiceAccount()
	}
	// A name may be there once in the organisation, not only in the account.
	if _, taken := s.db.tokens.find(func(t token) bool { return t.Name == wanted.Name }); taken {
		return failWith(http.StatusBadRequest, "serviceaccounts.ErrTokenAlreadyExists",
			"service account token with given name already exists in the organization")
	}
	secret := newSecret()
	t := token{ID: s.db.next("token"), Account: a.ID, Name: wanted.Name, Hash: hash(secret), Created: now()}
	if wanted.SecondsToLive > 0 {
		t.Expires = t.Created.Add(time.Duration(wanted.SecondsToLive) * time.Second)
	}
	s.db.tokens.put(key(t.ID), t)
	return done(object{"id": t.ID, "name": t.Name, "key": secret})
}

func (s *Server) listTokens(c *call) reply {
	a, ok := s.db.serviceAccounts.get(c.PathValue("id"))
	if !ok {
		return noServiceAccount()
	}
	list := []object{}
	for _, t := range s.tokensOf(a) {
		left := 0.0
		if !t.Expires.IsZero() {
			left = time.Until(t.Expires).Seconds()
		}
		list = append(list, object{
			"id": t.ID, "name": t.Name, "created": t.Created, "lastUsedAt": nullable(t.LastUsed), "expiration": nullable(t.Expires),
			"secondsUntilExpiration": left, "hasExpired": t.expired(), "isRevoked": false,
		})
	}
	return done(list)
}

func (s *Server) deleteToken(c *call) reply {
	t, ok := s.db.tokens.get(c.PathValue("token"))
	if !ok || key(t.Account) != c.PathValue("id") {
		return failWith(http.StatusNotFound, "serviceaccounts.ErrTokenNotFound", "service account token not found")
	}
	s.db.tokens.remove(key(t.ID))
	return done(object{"message": "Service account token deleted"})
}

// nullable is a time, or nothing if there is none.
func nullable(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
