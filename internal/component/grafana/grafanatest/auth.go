package grafanatest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// role is what somebody may do; each includes the ones before.
type role int

const (
	roleNone role = iota
	roleViewer
	roleEditor
	roleAdmin
	roleServerAdmin // Grafana's administrator, which no service account can be
)

// roles are the names of the roles that can be given.
var roles = map[string]role{"None": roleNone, "Viewer": roleViewer, "Editor": roleEditor, "Admin": roleAdmin}

// leastRole is the least role that may do an action.
var leastRole = map[string]role{
	"orgs:read":         roleViewer,
	"folders:read":      roleViewer,
	"dashboards:read":   roleViewer,
	"annotations:read":  roleViewer,
	"datasources:query": roleViewer,

	"folders:create":     roleEditor,
	"folders:write":      roleEditor,
	"folders:delete":     roleEditor,
	"dashboards:create":  roleEditor,
	"dashboards:write":   roleEditor,
	"dashboards:delete":  roleEditor,
	"annotations:create": roleEditor,
	"annotations:delete": roleEditor,

	"library.panels:create": roleEditor,

	"datasources:read":       roleAdmin,
	"datasources:create":     roleAdmin,
	"datasources:write":      roleAdmin,
	"datasources:delete":     roleAdmin,
	"serviceaccounts:read":   roleAdmin,
	"serviceaccounts:create": roleAdmin,
	"serviceaccounts:write":  roleAdmin,
	"serviceaccounts:delete": roleAdmin,

	"settings:read":        roleServerAdmin,
	"server:stats:read":    roleServerAdmin,
	"users:read":           roleServerAdmin,
	"users.password:write": roleServerAdmin,
	"provisioning:reload":  roleServerAdmin,
}

// author is who changed something.
type author struct {
	Login string
	Kind  string // "user" or "service-account"; empty for nobody
	ID    int64
	UID   string
}

// anonymous is the author of what nobody logged in for.
func anonymous() author { return author{Login: "Anonymous"} }

// identity is who asks.
type identity struct {
	author
	role role
}

func (i identity) mayOneOf(actions []string) bool {
	return slices.ContainsFunc(actions, func(action string) bool { return i.role >= leastRole[action] })
}

// tokenForm is a service account token: what does not look like one is no key at all.
var tokenForm = regexp.MustCompile(`^glsa_([A-Za-z0-9]{32})_([0-9a-f]{8})$`)

func (s *Server) authenticate(r *http.Request) (identity, *reply) {
	if secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return s.authenticateToken(secret)
	}
	if login, password, ok := r.BasicAuth(); ok {
		u, known := s.userByLogin(login)
		if !known || u.PasswordHash != hash(password) {
			return identity{}, unauthorized("password-auth.failed", "Invalid username or password")
		}
		return identity{author{Login: u.Login, Kind: "user", ID: u.ID, UID: u.UID}, roleServerAdmin}, nil
	}
	if s.config.anonymous > roleNone {
		return identity{anonymous(), s.config.anonymous}, nil
	}
	return identity{}, unauthorized("auth.unauthorized", "Unauthorized")
}

func (s *Server) authenticateToken(secret string) (identity, *reply) {
	if form := tokenForm.FindStringSubmatch(secret); form == nil || checksum(form[1]) != form[2] {
		return identity{}, unauthorized("api-key.invalid", "Invalid API key")
	}
	t, ok := s.db.tokens.find(func(t token) bool { return t.Hash == hash(secret) })
	account, alive := s.db.serviceAccounts.get(key(t.Account))
	if !ok || !alive || account.Disabled {
		return identity{}, &reply{status: http.StatusUnauthorized, contentType: typeJSONUTF,
			body: object{"message": "Unauthorized", "traceID": ""}}
	}
	if t.expired() {
		return identity{}, unauthorized("api-key.expired", "Expired API key")
	}
	if time.Since(t.LastUsed) > time.Minute { // not on every request, as in Grafana
		t.LastUsed = now()
		s.db.tokens.put(key(t.ID), t)
	}
	return identity{author{Login: account.Login, Kind: "service-account", ID: account.ID, UID: account.UID}, roles[account.Role]}, nil
}

func unauthorized(id, message string) *reply {
	return &reply{status: http.StatusUnauthorized, contentType: typeJSONUTF, body: object{
		"extra": nil, "message": message, "messageId": id, "statusCode": http.StatusUnauthorized, "traceID": "",
	}}
}

func denied(actions []string) reply {
	needed := strings.Join(actions, ", ")
	if len(actions) > 1 {
		needed = "any of " + needed
	}
	return reply{status: http.StatusForbidden, contentType: typeJSONUTF, body: object{
		"accessErrorId": "ACE" + random("0123456789", 10),
		"message":       "You'll need additional permissions to perform this action. Permissions needed: " + needed,
		"title":         "Access denied",
	}}
}

// newSecret returns a token that tokenForm accepts.
func newSecret() string {
	secret := random("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32)
	return "glsa_" + secret + "_" + checksum(secret)
}

func checksum(secret string) string {
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte("glsa_"+secret)))
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func random(alphabet string, length int) string {
	text := make([]byte, length)
	for i := range text {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			panic(err) // crypto/rand does not fail
		}
		text[i] = alphabet[n.Int64()]
	}
	return string(text)
}
