// Package grafanatest is a double of Grafana's HTTP API: an http.Handler for
// unit tests, and a process that an engine starts like the real one.
//
// It is conformant and not convenient: general rules that reproduce every
// exchange of testdata/grafana-12.3.3.json, a recording of a real Grafana. What
// the recording does not cover, a route or a query parameter, answers 404 with
// Grafana's own body, so that a product call that nobody recorded fails loudly.
package grafanatest

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Version is the version of Grafana that the double answers like.
const Version = "12.3.3"

// Server is a Grafana with the one organisation and the one administrator that
// a new Grafana has. It may be used from several goroutines.
type Server struct {
	config config
	mux    *http.ServeMux
	client *http.Client // for the health of data sources

	mu sync.Mutex // of everything below; a request holds it from its authentication to its commit
	db *database
}

// config is what a Grafana is started with.
type config struct {
	adminUser     string
	adminPassword string
	anonymous     role   // what requests without credentials may do
	subPath       string // the path of root_url, without a slash at its end
	served        bool   // whether it answers below subPath
	database      string // path of the journal; empty: memory only
	log           *slog.Logger
	// dashboardFiles are the provisioned dashboards as they are on disk now.
	dashboardFiles func() ([]dashboardFile, error)
}

// Option changes how a Server starts.
type Option func(*config)

// AdminPassword sets the password of the administrator "admin", which is "admin" otherwise.
func AdminPassword(password string) Option {
	return func(c *config) { c.adminPassword = password }
}

// ProvisionedDashboard makes a dashboard that comes from a file of that name
// and that the API therefore refuses to change.
func ProvisionedDashboard(file string, model []byte) Option {
	return func(c *config) {
		before := c.dashboardFiles
		c.dashboardFiles = func() ([]dashboardFile, error) {
			files, err := before()
			return append(files, dashboardFile{name: file, model: model}), err
		}
	}
}

// New returns a Grafana in memory, just started and empty. It fails if a
// provisioned dashboard cannot be read.
func New(options ...Option) (*Server, error) {
	c := config{
		adminUser:      "admin",
		adminPassword:  "admin",
		log:            slog.New(slog.DiscardHandler),
		dashboardFiles: func() ([]dashboardFile, error) { return nil, nil },
	}
	for _, option := range options {
		option(&c)
	}
	return start(c)
}

// start opens the database and brings it to what the configuration wants.
func start(c config) (*Server, error) {
	db, err := openDatabase(c.database)
	if err != nil {
		return nil, err
	}
	s := &Server{config: c, db: db, mux: http.NewServeMux(), client: &http.Client{Timeout: 10 * time.Second}}
	s.register()
	s.createAdmin()
	if err := s.provisionDashboards(); err != nil {
		return nil, err
	}
	if err := db.commit(); err != nil {
		return nil, fmt.Errorf("cannot write database %q: %v", c.database, err)
	}
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.config.served && s.config.subPath != "" {
		if !strings.HasPrefix(r.URL.Path, s.config.subPath+"/") {
			http.Redirect(w, r, s.config.subPath+r.URL.RequestURI(), http.StatusMovedPermanently)
			return
		}
		http.StripPrefix(s.config.subPath, s.mux).ServeHTTP(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// now is the time to the second, as Grafana keeps it.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }
