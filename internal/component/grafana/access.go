package grafana

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"time"

	"github.com/go-openapi/runtime"
	httptransport "github.com/go-openapi/runtime/client"
	"github.com/go-openapi/strfmt"
	"github.com/grafana/grafana-openapi-client-go/client"
	"github.com/grafana/grafana-openapi-client-go/client/service_accounts"
	"github.com/grafana/grafana-openapi-client-go/models"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

const (
	// timeout bounds one request; the largest dashboards take a second.
	timeout = 30 * time.Second
	// parallel is how many requests of one kind are under way at once.
	parallel = 10
	// account is the service account that we work with in a Grafana of our own.
	account = "opp"
	// roleAdmin may also make folders, data sources and further accounts.
	roleAdmin = "Admin"
)

// session is a Grafana that knows who we are.
type session struct {
	*client.GrafanaHTTPAPI
	// browsers is where browsers reach it.
	browsers *url.URL
	// stack is whose folders are ours.
	stack string
}

// dial returns a client that retries nothing: whether a write arrived is for
// the next read to tell.
func (c *Component) dial(base *url.URL, auth runtime.ClientAuthInfoWriter) *client.GrafanaHTTPAPI {
	transport := httptransport.NewWithClient(base.Host, path.Join("/", base.Path, "api"), []string{base.Scheme}, &http.Client{
		Transport: c.transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	transport.DefaultAuthentication = auth
	return client.New(transport, client.DefaultTransportConfig(), strfmt.Default)
}

// baseURL is where we reach Grafana.
func baseURL(in component.Input) (*url.URL, error) {
	g := &in.State.Stack.Grafana
	if g.External() {
		return url.Parse(g.URL)
	}
	browsers, err := browserURL(in)
	if err != nil {
		return nil, err
	}
	return &url.URL{Scheme: "http", Host: reachable(in, component.Grafana), Path: browsers.Path}, nil
}

// with calls do with a session, and once more with another if Grafana does not
// know our token any more, which it says before it does anything.
func (c *Component) with(ctx context.Context, in component.Input, do func(*session) error) error {
	base, err := baseURL(in)
	if err != nil {
		return err
	}
	browsers, err := browserURL(in)
	if err != nil {
		return err
	}
	call := func(auth runtime.ClientAuthInfoWriter) error {
		return do(&session{GrafanaHTTPAPI: c.dial(base, auth), browsers: browsers, stack: in.State.Stack.Name})
	}
	if in.State.Stack.Grafana.External() {
		auth, err := foreignAuth(in)
		if err != nil {
			return err
		}
		return call(auth)
	}
	token, err := c.token(ctx, in, base, "")
	if err != nil {
		return err
	}
	err = call(httptransport.BearerToken(token))
	if status(err) != http.StatusUnauthorized {
		return err
	}
	if token, err = c.token(ctx, in, base, token); err != nil {
		return err
	}
	return call(httptransport.BearerToken(token))
}

// foreignAuth says who we are in a Grafana that runs elsewhere.
func foreignAuth(in component.Input) (runtime.ClientAuthInfoWriter, error) {
	g := &in.State.Stack.Grafana
	secret := g.Token
	if secret == nil {
		secret = g.Password
	}
	text, err := read(in.SecretPath(secret))
	if err != nil {
		return nil, fmt.Errorf("cannot read what Grafana at %s knows us by: %w", g.URL, err)
	}
	if g.Token != nil {
		return httptransport.BearerToken(text), nil
	}
	return httptransport.BasicAuth(g.Username, text), nil
}

// token returns that of our service account, a new one if there is none or if
// Grafana refused the one that is given.
func (c *Component) token(ctx context.Context, in component.Input, base *url.URL, refused string) (string, error) {
	c.access.Lock()
	defer c.access.Unlock()
	path := filepath.Join(in.PrivateDir, tokenFile)
	token, err := read(path)
	if err == nil && token != "" && token != refused {
		return token, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("cannot read the token for Grafana: %w", err)
	}
	password, err := read(filepath.Join(in.PrivateDir, passwordFile))
	if err != nil {
		return "", fmt.Errorf("cannot read the administrator's password of Grafana: %w", err)
	}
	user := in.State.Stack.Grafana.AdminUser
	admin := session{GrafanaHTTPAPI: c.dial(base, httptransport.BasicAuth(user, password))}
	token, err = admin.newToken(ctx)
	if status(err) == http.StatusUnauthorized {
		// Not a refusal of the token, which would make the caller try again.
		return "", &api.Error{
			Code:    api.CodeRefused,
			Message: fmt.Sprintf("cannot work with Grafana: it does not take the password that was generated for %q", user),
			Detail:  "It was changed in Grafana. Set it back with: grafana cli admin reset-admin-password, to the content of " + passwordFile + " in the private folder of the stack's state.",
		}
	}
	if err != nil {
		return "", err
	}
	if err := replace(path, token); err != nil {
		return "", fmt.Errorf("cannot keep the token for Grafana: %w", err)
	}
	return token, nil
}

// newToken makes our service account anew, with a token that does not end. A
// token can be seen once only, so an account that is there is of no use.
func (g *session) newToken(ctx context.Context) (string, error) {
	if err := g.deleteAccounts(ctx, account, func(name string) bool { return name == account }); err != nil {
		return "", err
	}
	_, token, err := g.newAccount(ctx, account, 0)
	return token, err
}

// deleteAccounts removes the service accounts, of those that have text in their
// name, whose name is ours.
func (g *session) deleteAccounts(ctx context.Context, text string, ours func(name string) bool) error {
	found, err := g.ServiceAccounts.SearchOrgServiceAccountsWithPaging(
		service_accounts.NewSearchOrgServiceAccountsWithPagingParamsWithContext(ctx).WithQuery(&text))
	if err != nil {
		return refusal("look for our service accounts", err)
	}
	for _, old := range found.Payload.ServiceAccounts {
		if !ours(old.Name) {
			continue
		}
		if err := g.deleteAccount(ctx, old.ID); err != nil {
			return err
		}
	}
	return nil
}

// newAccount makes a service account with one token, which ends after the
// lifetime, and never if that is 0.
func (g *session) newAccount(ctx context.Context, name string, lifetime time.Duration) (int64, string, error) {
	made, err := g.ServiceAccounts.CreateServiceAccount(service_accounts.NewCreateServiceAccountParamsWithContext(ctx).
		WithBody(&models.CreateServiceAccountForm{Name: name, Role: roleAdmin}))
	if err != nil {
		return 0, "", refusal(fmt.Sprintf("make service account %q", name), err)
	}
	token, err := g.ServiceAccounts.CreateToken(service_accounts.NewCreateTokenParamsWithContext(ctx).
		WithServiceAccountID(made.Payload.ID).WithBody(&models.AddServiceAccountTokenCommand{
		// Names of tokens are unique among all accounts.
		Name: name + "-" + rand.Text()[:8], SecondsToLive: int64((lifetime + time.Second - 1) / time.Second),
	}))
	if err != nil {
		return 0, "", errors.Join(
			refusal(fmt.Sprintf("make a token of service account %q", name), err), g.deleteAccount(ctx, made.Payload.ID))
	}
	return made.Payload.ID, token.Payload.Key, nil
}

// deleteAccount removes a service account and its tokens; it may be gone already.
func (g *session) deleteAccount(ctx context.Context, id int64) error {
	_, err := g.ServiceAccounts.DeleteServiceAccountWithParams(
		service_accounts.NewDeleteServiceAccountParamsWithContext(ctx).WithServiceAccountID(id))
	if err != nil && status(err) != http.StatusNotFound {
		return refusal(fmt.Sprintf("delete service account %d", id), err)
	}
	return nil
}
