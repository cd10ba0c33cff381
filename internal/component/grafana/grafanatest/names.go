package grafanatest

import (
	"crypto/md5" // the form of avatar addresses, not a protection
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

const maxUIDLength = 40

var uidForm = regexp.MustCompile(`^[a-zA-Z0-9_-]*$`)

// refuseUID returns Grafana's answer to an impossible uid of a folder or a dashboard.
func refuseUID(uid string) *reply {
	var refusal reply
	switch {
	case len(uid) > maxUIDLength:
		refusal = fail(http.StatusBadRequest, "uid too long, max 40 characters")
	case !uidForm.MatchString(uid):
		refusal = fail(http.StatusBadRequest, "uid contains illegal characters")
	default:
		return nil
	}
	return &refusal
}

// newShortUID is a uid as Grafana makes it for folders, data sources and accounts.
func newShortUID() string {
	const letters, digits = "abcdefgh", "0123456789"
	return random(letters, 1) + random(letters, 1) + random(digits, 1) + random(digits+letters, 11)
}

// newUUID is a uid as Grafana makes it for dashboards.
func newUUID() string {
	const hexadecimal = "0123456789abcdef"
	return fmt.Sprintf("%s-%s-4%s-%s%s-%s", random(hexadecimal, 8), random(hexadecimal, 4), random(hexadecimal, 3),
		random("89ab", 1), random(hexadecimal, 3), random(hexadecimal, 12))
}

var notInSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug is the readable part of an address.
func slug(title string) string {
	return strings.Trim(notInSlug.ReplaceAllString(strings.ToLower(title), "-"), "-")
}

// avatar is the address of somebody's picture.
func avatar(email string) string {
	sum := md5.Sum([]byte(strings.ToLower(email)))
	return "/avatar/" + hex.EncodeToString(sum[:])
}

func (s *Server) folderURL(f folder) string {
	return s.config.subPath + "/dashboards/f/" + f.UID + "/" + slug(f.Title)
}

func (s *Server) dashboardURL(d dashboard) string {
	return s.config.subPath + "/d/" + d.UID + "/" + slug(d.Title)
}
