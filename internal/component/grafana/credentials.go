package grafana

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	httptransport "github.com/go-openapi/runtime/client"
	"github.com/grafana/grafana-openapi-client-go/client/org"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// Dashboard implements component.DashboardServer.
func (c *Component) Dashboard(ctx context.Context, in component.Input, uid string) (api.Dashboard, error) {
	var read api.Dashboard
	err := c.with(ctx, in, func(g *session) error {
		found, err := g.dashboard(ctx, uid)
		if err != nil {
			return err
		}
		if found == nil {
			return &api.Error{Code: api.CodeNotFound, Message: fmt.Sprintf("cannot read dashboard %q: Grafana has none of that uid", uid)}
		}
		content, err := found.content()
		read = api.Dashboard{
			UID: uid, Title: found.title, Folder: found.folder, Version: found.version,
			URL: found.url, ConfigJSON: content,
		}
		return err
	})
	return read, err
}

// Credentials implements component.DashboardServer.
func (c *Component) Credentials(ctx context.Context, in component.Input, lifetime time.Duration) (api.GrafanaCredentials, error) {
	stack := &in.State.Stack.Grafana
	browsers, err := browserURL(in)
	if err != nil {
		return api.GrafanaCredentials{}, err
	}
	made := api.GrafanaCredentials{URL: strings.TrimSuffix(browsers.String(), "/")}
	if !stack.External() {
		password, err := read(filepath.Join(in.PrivateDir, passwordFile))
		if err != nil {
			return api.GrafanaCredentials{}, fmt.Errorf("cannot read the administrator's password of Grafana: %w", err)
		}
		known, err := c.isAdmin(ctx, in, password)
		if err != nil {
			return api.GrafanaCredentials{}, err
		}
		if known {
			made.Username, made.Password = stack.AdminUser, password
		}
	}
	name := temporary(in.State.Stack.Name) + strings.ToLower(rand.Text()[:12])
	err = c.with(ctx, in, func(g *session) error {
		id, token, err := g.newAccount(ctx, name, lifetime)
		made.ID, made.Token = strconv.FormatInt(id, 10), token
		return err
	})
	if err != nil {
		return api.GrafanaCredentials{}, err
	}
	return made, nil
}

// temporary is what the names of a stack's accounts for credentials begin with.
func temporary(stack string) string { return "opp-terraform-" + stack + "-" }

// refusalHolds is for how long a refused password is not tried again. Grafana
// locks a user out, whoever it is, after five failures in five minutes.
const refusalHolds = 10 * time.Minute

// isAdmin tells whether the administrator still has the password that was
// generated: it may have been changed in Grafana.
func (c *Component) isAdmin(ctx context.Context, in component.Input, password string) (bool, error) {
	noted := filepath.Join(in.PrivateDir, refusedFile)
	if note, err := os.Stat(noted); err == nil && time.Since(note.ModTime()) < refusalHolds {
		return false, nil
	}
	base, err := baseURL(in)
	if err != nil {
		return false, err
	}
	g := c.dial(base, httptransport.BasicAuth(in.State.Stack.Grafana.AdminUser, password))
	_, err = g.Org.GetCurrentOrgWithParams(org.NewGetCurrentOrgParamsWithContext(ctx))
	if status(err) == http.StatusUnauthorized {
		return false, replace(noted, "")
	}
	if err != nil {
		return false, refusal("log in to Grafana", err)
	}
	return true, nil
}

// Revoke implements component.DashboardServer.
func (c *Component) Revoke(ctx context.Context, in component.Input, id string) error {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return &api.Error{Code: api.CodeNotFound, Message: fmt.Sprintf("cannot revoke credentials %q: there are none of that id", id)}
	}
	return c.with(ctx, in, func(g *session) error { return g.deleteAccount(ctx, number) })
}
