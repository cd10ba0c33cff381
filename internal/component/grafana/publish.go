package grafana

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/grafana/grafana-openapi-client-go/client/annotations"
	"github.com/grafana/grafana-openapi-client-go/client/dashboards"
	"github.com/grafana/grafana-openapi-client-go/models"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const (
	// message says in Grafana's version history and annotations who it was.
	message = "applied by Terraform"
	// attempts bounds how often a save begins anew because somebody was faster, or
	// Grafana too busy.
	attempts = 5
	// pause is how long a save waits before it is tried again, longer each time.
	pause = 100 * time.Millisecond
)

// Published implements component.Publisher.
func (*Component) Published(in component.Input) []spec.Object {
	var all []spec.Object
	for i := range in.State.Dashboards {
		all = append(all, &in.State.Dashboards[i])
	}
	if builtIn := builtInDashboard(in); builtIn != nil {
		all = append(all, builtIn)
	}
	return all
}

// Publish implements component.Publisher.
func (c *Component) Publish(ctx context.Context, in component.Input, prev, next spec.Object) error {
	before, _ := prev.(*spec.Dashboard)
	after, _ := next.(*spec.Dashboard)
	if before == nil && after == nil {
		return nil
	}
	return c.with(ctx, in, func(g *session) error {
		var err error
		if after == nil {
			err = g.deleteDashboard(ctx, before.Name)
		} else {
			err = c.save(ctx, in, g, before, after)
		}
		if err != nil || before == nil || after != nil && after.Folder == before.Folder {
			return err
		}
		return c.leaveFolder(ctx, in, g, before)
	})
}

// leaveFolder removes the folder that a dashboard was in, unless others of ours
// are or will be there, whether or not Grafana finds them already.
func (c *Component) leaveFolder(ctx context.Context, in component.Input, g *session, left *spec.Dashboard) error {
	if left.Folder == "" {
		return nil
	}
	for _, o := range c.Published(in) {
		if d, ok := o.(*spec.Dashboard); ok && d.Name != left.Name && d.Folder == left.Folder {
			return nil
		}
	}
	c.folders.Lock()
	defer c.folders.Unlock()
	return g.removeFolder(ctx, left.Folder, left.Name)
}

// save makes Grafana hold next. It is decided by what Grafana has, and decided
// again when that changes before the save arrives.
func (c *Component) save(ctx context.Context, in component.Input, g *session, prev, next *spec.Dashboard) error {
	for attempt := range attempts {
		theirs, err := g.dashboard(ctx, next.Name)
		if err != nil {
			return err
		}
		write, err := decide(prev, next, theirs)
		if err != nil || !write {
			return err
		}
		err = c.write(ctx, g, next, theirs)
		switch {
		case status(err) == http.StatusPreconditionFailed && g.overtaken(ctx, next.Name, theirs):
			continue
		case status(err) >= http.StatusInternalServerError && attempt < attempts-1 && !g.overtaken(ctx, next.Name, theirs):
			// Nothing was stored: others save too, and SQLite lets one at a time.
			select {
			case <-ctx.Done():
			case <-time.After(pause << attempt):
			}
			continue
		case err != nil:
			c.takeBack(ctx, in, g, next, theirs)
		case next.Annotate:
			g.annotate(ctx, next.Name)
		}
		return err
	}
	return &api.Error{
		Code:    api.CodeChanged,
		Message: fmt.Sprintf("cannot save dashboard %q: somebody else saves it all the time", next.Name),
		Detail:  "Apply again once the edits in Grafana are over.",
	}
}

// overtaken tells whether somebody saved the dashboard since it was read. Older
// versions of Grafana answer the same to a title that is taken.
func (g *session) overtaken(ctx context.Context, uid string, read *found) bool {
	now, err := g.dashboard(ctx, uid)
	return err == nil && now.number() != read.number()
}

// takeBack undoes what may be left of a save that failed: a folder that was made
// for it, and the dashboard itself, which Grafana stores before it finds that one
// of its library panels is not there. The failure is what the caller hears of,
// so what cannot be undone is left to the next apply.
func (c *Component) takeBack(ctx context.Context, in component.Input, g *session, next *spec.Dashboard, before *found) {
	now, err := g.dashboard(ctx, next.Name)
	switch {
	case err != nil:
	case now == nil:
		_ = c.leaveFolder(ctx, in, g, next)
	case !is(now, next):
	case before == nil:
		if g.deleteDashboard(ctx, next.Name) == nil {
			_ = c.leaveFolder(ctx, in, g, next)
		}
	default:
		if content, err := before.content(); err == nil {
			_ = c.write(ctx, g, &spec.Dashboard{Name: next.Name, Folder: before.folder, ConfigJSON: content}, now)
		}
	}
}

// decide tells whether to save next over what Grafana has, nil for nothing.
func decide(prev, next *spec.Dashboard, theirs *found) (bool, error) {
	// While edits are kept no plan shows them: not the one that ends that either.
	kept := next.UIEdits == spec.UIEditsKeep || prev != nil && prev.UIEdits == spec.UIEditsKeep
	switch {
	case theirs == nil:
		return true, nil
	case is(theirs, next):
		return false, nil
	case prev != nil && is(theirs, prev):
		return true, nil
	case prev == nil && next.Version == 0 && next.Name != builtInName:
		return false, &api.Error{
			Code:    api.CodeRefused,
			Message: fmt.Sprintf("cannot create dashboard %q: Grafana has a dashboard %q of this uid already", next.Name, theirs.title),
			Detail: "Use another name; or take it over: read it with the data source opp_dashboard and use its config_json and folder. " +
				"One that is the same is not saved again.",
		}
	case next.UIEdits == spec.UIEditsRevert:
		return true, nil
	case !kept && next.Version == theirs.version:
		return true, nil // the plan showed this edit
	case kept && prev != nil && same(prev, next):
		return false, nil
	}
	base := next
	if prev != nil {
		base = prev
	}
	edits := strings.Join(edits(base, theirs), "; ")
	if kept {
		return false, &api.Error{
			Code:    api.CodeChanged,
			Message: fmt.Sprintf("cannot save dashboard %q: it was edited in Grafana: %s", next.Name, edits),
			Detail:  `Take the edits into config_json, or set ui_edits = "revert" to lose them.`,
		}
	}
	return false, &api.Error{
		Code:    api.CodeChanged,
		Message: fmt.Sprintf("cannot save dashboard %q: it was edited in Grafana since the plan: %s", next.Name, edits),
		Detail:  "Plan again: the plan shows these edits, and applying it takes them back.",
	}
}

// same tells whether two dashboards of ours are the same in Grafana.
func same(a, b *spec.Dashboard) bool {
	return a.Folder == b.Folder && dashboard.Equal(a.ConfigJSON, b.ConfigJSON)
}

// write saves the dashboard over the version that was read.
func (c *Component) write(ctx context.Context, g *session, next *spec.Dashboard, theirs *found) error {
	model, err := parse(next.ConfigJSON)
	if err != nil {
		return &api.Error{
			Code: api.CodeInvalid, Message: fmt.Sprintf("cannot save dashboard %q: %v", next.Name, err),
			Fields: spec.FieldErrors{{Path: "config_json", Message: err.Error()}}, Cause: err,
		}
	}
	delete(model, "id")
	delete(model, "version")
	model["uid"] = next.Name
	if theirs != nil {
		model["version"] = theirs.version
	}
	c.folders.RLock()
	defer c.folders.RUnlock()
	folder, err := g.putFolder(ctx, next.Folder)
	if err != nil {
		return err
	}
	_, err = g.Dashboards.PostDashboardWithParams(dashboards.NewPostDashboardParamsWithContext(ctx).
		WithBody(&models.SaveDashboardCommand{Dashboard: model, FolderUID: folder, Message: message}))
	if err != nil {
		return refusal(fmt.Sprintf("save dashboard %q", next.Name), err)
	}
	return nil
}

// annotate notes the save on the dashboard. That it was saved is what counts:
// a dashboard without the note is no failure.
func (g *session) annotate(ctx context.Context, uid string) {
	text := message
	_, _ = g.Annotations.PostAnnotationWithParams(annotations.NewPostAnnotationParamsWithContext(ctx).
		WithBody(&models.PostAnnotationsCmd{
			DashboardUID: uid, Tags: []string{"opp"}, Text: &text, Time: time.Now().UnixMilli(),
		}))
}

// deleteDashboard removes one; it may be gone already.
func (g *session) deleteDashboard(ctx context.Context, uid string) error {
	_, err := g.Dashboards.DeleteDashboardByUIDWithParams(
		dashboards.NewDeleteDashboardByUIDParamsWithContext(ctx).WithUID(uid))
	if err != nil && status(err) != http.StatusNotFound {
		return refusal(fmt.Sprintf("delete dashboard %q", uid), err)
	}
	return nil
}

// Describe implements component.Publisher.
func (c *Component) Describe(ctx context.Context, in component.Input, object spec.Object) error {
	d, ok := object.(*spec.Dashboard)
	if !ok {
		return nil
	}
	return c.with(ctx, in, func(g *session) error {
		theirs, err := g.dashboard(ctx, d.Name)
		if err != nil {
			return err
		}
		d.Version, d.URL = 0, ""
		if theirs != nil {
			d.Version, d.URL = theirs.version, theirs.url
		}
		return nil
	})
}
