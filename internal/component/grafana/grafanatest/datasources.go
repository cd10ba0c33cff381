package grafanatest

import (
	"maps"
	"net/http"
)

// dataSource is a row of the database.
type dataSource struct {
	ID            int64
	UID           string
	Name          string
	Type          string
	Access        string
	URL           string
	User          string
	Database      string
	BasicAuth     bool
	BasicAuthUser string
	Credentials   bool
	IsDefault     bool
	JSONData      map[string]any
	Secrets       map[string]string
	Version       int
	ReadOnly      bool
	Provisioned   bool
}

// dataSourceListed is a data source in a list.
type dataSourceListed struct {
	ID          int64          `json:"id"`
	UID         string         `json:"uid"`
	OrgID       int            `json:"orgId"`
	Name        string         `json:"name"`
	Type        string         `json:"type"`
	TypeName    string         `json:"typeName,omitempty"` // in lists only
	TypeLogoURL string         `json:"typeLogoUrl"`
	Access      string         `json:"access"`
	URL         string         `json:"url"`
	User        string         `json:"user"`
	Database    string         `json:"database"`
	BasicAuth   bool           `json:"basicAuth"`
	IsDefault   bool           `json:"isDefault"`
	JSONData    map[string]any `json:"jsonData"`
	ReadOnly    bool           `json:"readOnly"`
}

// dataSourceBody is a data source that is answered alone.
type dataSourceBody struct {
	dataSourceListed
	BasicAuthUser    string          `json:"basicAuthUser"`
	WithCredentials  bool            `json:"withCredentials"`
	SecureJSONFields map[string]bool `json:"secureJsonFields"`
	Version          int             `json:"version"`
	APIVersion       string          `json:"apiVersion"`
}

// dataSourceWanted is what a caller or a provisioning file says.
type dataSourceWanted struct {
	UID             string            `json:"uid" yaml:"uid"`
	Name            string            `json:"name" yaml:"name"`
	Type            string            `json:"type" yaml:"type"`
	Access          string            `json:"access" yaml:"access"`
	URL             string            `json:"url" yaml:"url"`
	User            string            `json:"user" yaml:"user"`
	Database        string            `json:"database" yaml:"database"`
	BasicAuth       bool              `json:"basicAuth" yaml:"basicAuth"`
	BasicAuthUser   string            `json:"basicAuthUser" yaml:"basicAuthUser"`
	WithCredentials bool              `json:"withCredentials" yaml:"withCredentials"`
	IsDefault       bool              `json:"isDefault" yaml:"isDefault"`
	JSONData        map[string]any    `json:"jsonData" yaml:"jsonData"`
	SecureJSONData  map[string]string `json:"secureJsonData" yaml:"secureJsonData"`
	Version         int               `json:"version" yaml:"version"`
}

// plugins are the types that have a name and a picture here.
var plugins = map[string]struct{ name, logo string }{
	"prometheus":   {"Prometheus", "public/plugins/prometheus/img/prometheus_logo.svg"},
	"alertmanager": {"Alertmanager", "public/plugins/alertmanager/img/logo.svg"},
	"loki":         {"Loki", "public/plugins/loki/img/loki_icon.svg"},
}

func (d dataSource) body() dataSourceBody {
	secret := map[string]bool{}
	for name := range d.Secrets {
		secret[name] = true
	}
	body := dataSourceBody{dataSourceListed: d.listed(), BasicAuthUser: d.BasicAuthUser, WithCredentials: d.Credentials,
		SecureJSONFields: secret, Version: d.Version}
	body.TypeName = ""
	return body
}

func (d dataSource) listed() dataSourceListed {
	return dataSourceListed{ID: d.ID, UID: d.UID, OrgID: 1, Name: d.Name,
		Type: d.Type, TypeName: plugins[d.Type].name, TypeLogoURL: plugins[d.Type].logo, Access: d.Access,
		URL: d.URL, User: d.User, Database: d.Database, BasicAuth: d.BasicAuth,
		IsDefault: d.IsDefault, JSONData: d.JSONData, ReadOnly: d.ReadOnly}
}

// storeDataSource writes what is wanted over d; secrets that are not mentioned stay.
func (s *Server) storeDataSource(d dataSource, wanted dataSourceWanted) dataSource {
	if wanted.IsDefault {
		for id, other := range s.db.dataSources.rows {
			if other.IsDefault && other.ID != d.ID {
				other.IsDefault = false
				s.db.dataSources.put(id, other)
			}
		}
	}
	d.UID, d.Name, d.Type, d.Access, d.URL = wanted.UID, wanted.Name, wanted.Type, wanted.Access, wanted.URL
	d.User, d.Database, d.BasicAuth, d.BasicAuthUser = wanted.User, wanted.Database, wanted.BasicAuth, wanted.BasicAuthUser
	d.Credentials, d.IsDefault, d.Version = wanted.WithCredentials, wanted.IsDefault, wanted.Version+1
	d.JSONData, d.Secrets = map[string]any{}, maps.Clone(d.Secrets)
	maps.Copy(d.JSONData, wanted.JSONData)
	if d.Secrets == nil {
		d.Secrets = map[string]string{}
	}
	maps.Copy(d.Secrets, wanted.SecureJSONData)
	s.db.dataSources.put(key(d.ID), d)
	return d
}

func (s *Server) dataSourceByUID(uid string) (dataSource, bool) {
	return s.db.dataSources.find(func(d dataSource) bool { return d.UID == uid })
}

func (s *Server) dataSourceByName(name string) (dataSource, bool) {
	return s.db.dataSources.find(func(d dataSource) bool { return d.Name == name })
}

// dataSources are all, by name.
func (s *Server) dataSources() []dataSource {
	return s.db.dataSources.where(all, func(a, b dataSource) int { return byTitle(a.Name, b.Name, a.ID, b.ID) })
}

func noDataSource() reply { return fail(http.StatusNotFound, "Data source not found") }
