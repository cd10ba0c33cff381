package grafanatest

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"math/big"
	"net/http"
	"strconv"
	"time"
)

const (
	dashboardAPI = "dashboard.grafana.app/v1beta1"
	folderAPI    = "folder.grafana.app/v1beta1"
)

// apiGroups are the groups of the second API, with the preferred version first.
var apiGroups = []struct {
	name     string
	versions []string
}{
	{"dashboard", []string{"v1beta1", "v0alpha1", "v2beta1", "v2alpha1"}},
	{"folder", []string{"v1beta1"}},
	{"iam", []string{"v0alpha1"}},
	{"userstorage", []string{"v0alpha1"}},
	{"features", []string{"v0alpha1"}},
	{"playlist", []string{"v0alpha1"}},
	{"plugins", []string{"v0alpha1"}},
	{"example", nil},
	{"notifications.alerting", []string{"v0alpha1"}},
}

func (s *Server) listAPIGroups(c *call) reply {
	groups := []object{}
	for _, g := range apiGroups {
		name := g.name + ".grafana.app"
		groupVersion := func(v string) object { return object{"groupVersion": name + "/" + v, "version": v} }
		versions, preferred := []object{}, "v1alpha1"
		for _, v := range g.versions {
			versions = append(versions, groupVersion(v))
		}
		if len(g.versions) > 0 {
			preferred = g.versions[0]
		}
		groups = append(groups, object{
			"name": name, "versions": versions, "preferredVersion": groupVersion(preferred),
			"serverAddressByClientCIDRs": []object{{"clientCIDR": "0.0.0.0/0", "serverAddress": c.Host}},
		})
	}
	return done(object{"kind": "APIGroupList", "groups": groups})
}

func (s *Server) k8sGetDashboard(c *call) reply {
	d, ok := s.db.dashboards.get(c.PathValue("uid"))
	if !ok {
		return k8sNotFound("dashboards", "dashboard.grafana.app", c.PathValue("uid"))
	}
	item := s.k8sDashboard(d)
	item["kind"], item["apiVersion"] = "Dashboard", dashboardAPI
	return done(item)
}

// k8sListDashboards lists the youngest first. How to go on is told, but not
// recorded.
func (s *Server) k8sListDashboards(c *call) reply {
	limit := len(s.db.dashboards.rows)
	if n, err := strconv.Atoi(c.URL.Query().Get("limit")); err == nil && n > 0 {
		limit = n
	}
	rows := s.db.dashboards.where(all, func(a, b dashboard) int { return cmp.Compare(b.ID, a.ID) })
	metadata := object{}
	if len(rows) > limit {
		rows = rows[:limit]
		metadata["continue"] = fmt.Sprintf("org:1/start:%d/folder:", rows[limit-1].ID)
	}
	items, latest := []object{}, time.Time{}
	for _, d := range s.db.dashboards.rows {
		if d.Updated.After(latest) {
			latest = d.Updated
		}
	}
	for _, d := range rows {
		items = append(items, s.k8sDashboard(d))
	}
	metadata["resourceVersion"] = strconv.FormatInt(latest.UnixMicro(), 10)
	return done(object{"kind": "DashboardList", "apiVersion": dashboardAPI, "metadata": metadata, "items": items})
}

func (s *Server) k8sDashboard(d dashboard) object {
	metadata := k8sMetadata("dashboard", d.UID, d.ID, d.Version, d.Created, d.Updated)
	metadata["resourceVersion"] = strconv.Itoa(d.Version)
	annotations := metadata["annotations"].(object)
	if d.FolderUID != "" {
		annotations["grafana.app/folder"] = d.FolderUID
	}
	if d.Creator.Kind != "" {
		annotations["grafana.app/createdBy"] = d.Creator.Kind + ":" + d.Creator.UID
		annotations["grafana.app/updatedBy"] = d.Updater.Kind + ":" + d.Updater.UID
	}
	return object{
		"metadata": metadata, "spec": s.migrated(s.model(d, d.Version)),
		"status": object{"conversion": object{"failed": false, "storedVersion": "v0alpha1"}},
	}
}

func (s *Server) k8sGetFolder(c *call) reply {
	f, ok := s.db.folders.get(c.PathValue("uid"))
	if !ok {
		return k8sNotFound("folders", "folder.grafana.app", c.PathValue("uid"))
	}
	metadata := k8sMetadata("folder", f.UID, f.ID, f.Version, f.Created, f.Updated)
	metadata["resourceVersion"] = strconv.FormatInt(f.Updated.UnixMilli(), 10)
	annotations := metadata["annotations"].(object)
	if f.Parent != "" {
		annotations["grafana.app/folder"] = f.Parent
	}
	annotations["grafana.app/createdBy"] = f.Creator.Kind + ":" + key(f.Creator.ID)
	annotations["grafana.app/updatedBy"] = f.Updater.Kind + ":" + key(f.Updater.ID)
	return done(object{
		"kind": "Folder", "apiVersion": folderAPI, "metadata": metadata,
		"spec": object{"title": f.Title, "description": ""}, "status": object{},
	})
}

func k8sMetadata(kind, uid string, id int64, generation int, created, updated time.Time) object {
	return object{
		"name": uid, "namespace": "default", "uid": k8sUID(kind, uid), "generation": generation, "creationTimestamp": created,
		"labels":      object{"grafana.app/deprecatedInternalID": key(id)},
		"annotations": object{"grafana.app/updatedTimestamp": updated},
	}
}

// k8sUID is a name of 44 characters that follows from what it names.
func k8sUID(kind, uid string) string {
	sum := sha256.Sum256([]byte(kind + "/" + uid))
	return fmt.Sprintf("%043s", new(big.Int).SetBytes(sum[:]).Text(62)) + "X"
}

func k8sNotFound(resource, group, name string) reply {
	return reply{status: http.StatusNotFound, contentType: typeJSON, body: object{
		"kind": "Status", "apiVersion": "v1", "metadata": object{}, "status": "Failure",
		"message": fmt.Sprintf("%s.%s %q not found", resource, group, name), "reason": "NotFound",
		"details": object{"name": name, "group": group, "kind": resource}, "code": http.StatusNotFound,
	}}
}
