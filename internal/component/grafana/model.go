package grafana

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/grafana/grafana-openapi-client-go/client/dashboards"
	"github.com/grafana/grafana-openapi-client-go/models"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// found is a dashboard as Grafana has it.
type found struct {
	// content is its JSON without what identifies it.
	content string
	title   string
	// folder is a title, empty for the root.
	folder  string
	version int64
	url     string
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
	content, err := anonymous(model)
	if err != nil {
		return nil, err
	}
	title, _ := model["title"].(string)
	d := &found{content: content, title: title, version: meta.Version, url: g.link(meta)}
	if meta.FolderUID != "" {
		// The root has a title too, "General", which is not a folder's.
		d.folder = meta.FolderTitle
	}
	return d, nil
}

// link makes the path that Grafana gives for a dashboard, which includes the
// path of its root URL, into a whole address.
func (g *session) link(meta *models.DashboardMeta) string {
	root := *g.browsers
	root.Path, root.RawQuery = "", ""
	prefix := strings.TrimSuffix(g.browsers.Path, "/")
	path := meta.URL
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

// anonymous is the dashboard's JSON without id, uid and version: who it is,
// which Grafana and our names decide.
func anonymous(model map[string]any) (string, error) {
	model = maps.Clone(model)
	for _, key := range []string{"id", "uid", "version"} {
		delete(model, key)
	}
	text, err := json.MarshalIndent(model, "", "  ")
	return string(text), err
}

// contentOf is what found.content is for a dashboard of ours. What is no JSON
// stays as it is: it differs from everything.
func contentOf(d *spec.Dashboard) string {
	model, err := parse(d.ConfigJSON)
	if err != nil {
		return d.ConfigJSON
	}
	text, err := anonymous(model)
	if err != nil {
		return d.ConfigJSON
	}
	return text
}

// is tells whether Grafana has the dashboard as we want it.
func (c *Component) is(have *found, want *spec.Dashboard) bool {
	return have.folder == want.Folder && c.compare.equal(contentOf(want), have.content)
}

// edits are sentences on how what Grafana has differs from what we want.
func (c *Component) edits(want *spec.Dashboard, have *found) []string {
	var sentences []string
	if have.folder != want.Folder {
		sentences = append(sentences, fmt.Sprintf("moved from %s to %s", place(want.Folder), place(have.folder)))
	}
	if content := contentOf(want); !c.compare.equal(content, have.content) {
		sentences = append(sentences, c.compare.sentences(content, have.content)...)
	}
	return sentences
}

func place(folder string) string {
	if folder == "" {
		return "the root"
	}
	return fmt.Sprintf("folder %q", folder)
}
