package grafana

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/grafana/grafana-openapi-client-go/client/dashboards"
	"github.com/grafana/grafana-openapi-client-go/models"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// found is a dashboard as Grafana has it.
type found struct {
	// model is its JSON without what identifies it, numbers as json.Number.
	model map[string]any
	title string
	// folder is a title, empty for the root.
	folder  string
	version int64
	url     string
}

// number is that of the version, 0 of none.
func (d *found) number() int64 {
	if d == nil {
		return 0
	}
	return d.version
}

// dashboard reads one; nil if Grafana has none of that uid.
func (g *session) dashboard(ctx context.Context, uid string) (*found, error) {
	answer, err := g.Dashboards.GetDashboardByUIDWithParams(dashboards.NewGetDashboardByUIDParamsWithContext(ctx).WithUID(uid))
	if status(err) == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, refusal(fmt.Sprintf("read dashboard %q", uid), err)
	}
	model, ok := answer.Payload.Dashboard.(map[string]any)
	meta := answer.Payload.Meta
	if !ok || meta == nil {
		return nil, refusal(fmt.Sprintf("read dashboard %q", uid), fmt.Errorf("the answer holds no dashboard"))
	}
	anonymize(model)
	title, _ := model["title"].(string)
	d := &found{model: model, title: title, version: meta.Version, url: g.link(meta)}
	if meta.FolderUID != "" {
		// The root has a title too, "General", which is not a folder's.
		d.folder = meta.FolderTitle
	}
	return d, nil
}

// link makes the path that Grafana gives for a dashboard, which includes the
// path of its root URL, into a whole address. It leaves out what Grafana makes of
// the title and does not need: the address stays when the title changes.
func (g *session) link(meta *models.DashboardMeta) string {
	root := *g.browsers
	root.Path, root.RawQuery = "", ""
	prefix := strings.TrimSuffix(g.browsers.Path, "/")
	path := strings.TrimSuffix(meta.URL, "/"+meta.Slug)
	if !strings.HasPrefix(path, prefix+"/") {
		path = prefix + path
	}
	return strings.TrimSuffix(root.String(), "/") + path
}

// parse reads the JSON of a dashboard; numbers stay as they are written.
func parse(text string) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var model map[string]any
	if err := decoder.Decode(&model); err != nil {
		return nil, fmt.Errorf("cannot read config_json: %w", err)
	}
	if model == nil {
		return nil, fmt.Errorf("cannot read config_json: it is no object")
	}
	return model, nil
}

// anonymize removes id, uid and version: who it is, which Grafana and our names
// decide.
func anonymize(model map[string]any) {
	for _, key := range []string{"id", "uid", "version"} {
		delete(model, key)
	}
}

// content is the dashboard's JSON without what identifies it.
func (d *found) content() (string, error) {
	text, err := json.MarshalIndent(d.model, "", "  ")
	return string(text), err
}

// is tells whether Grafana has the dashboard as we want it.
func is(have *found, want *spec.Dashboard) bool {
	return have.folder == want.Folder && len(changes(want, have)) == 0
}

// edits are sentences on how what Grafana has differs from what we want.
func edits(want *spec.Dashboard, have *found) []string {
	var sentences []string
	if have.folder != want.Folder {
		sentences = append(sentences, fmt.Sprintf("moved from %s to %s", place(want.Folder), place(have.folder)))
	}
	return append(sentences, dashboard.Summarize(changes(want, have))...)
}

func place(folder string) string {
	if folder == "" {
		return "the root"
	}
	return fmt.Sprintf("folder %q", folder)
}
