// Package artifact finds or fetches the executables of components: from the
// cache, from the official release archive verified against its checksum list,
// or, where the release host cannot be reached, by building the pinned module.
package artifact

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/go-resty/resty/v2"
	"golang.org/x/mod/semver"
)

// Config says where a cache is and what it fetches from. Every field may be
// left empty.
type Config struct {
	// Dir holds the executables, as NAME/VERSION/EXECUTABLE. Default: DefaultDir.
	Dir string
	// HTTP is how the release host is reached. Default: a transport that
	// honours the proxy environment and gives up on a host that is silent.
	HTTP http.RoundTripper
	// ReleaseBase is the URL below which releases lie as
	// OWNER/REPOSITORY/releases/download/TAG/FILE. Default: $OPP_RELEASE_MIRROR,
	// else GitHub.
	ReleaseBase string
	// GoCommand builds what cannot be downloaded. Default: go, found on PATH.
	GoCommand string
	// Progress is told how a fetch goes on. It may be called from several
	// goroutines at once.
	Progress func(Event)
	// Sources are what the cache can get. Default: Builtin.
	Sources []Source
}

// Cache is a directory of component executables. It is safe for use by several
// goroutines and several processes at once.
type Cache struct {
	dir         string
	http        *resty.Client
	releaseBase string
	goCommand   string
	progress    func(Event)
	sources     []Source
}

// DefaultDir is $XDG_CACHE_HOME/opp/components, else opp/components below the
// operating system's cache directory of the user.
func DefaultDir() (string, error) {
	base := os.Getenv("XDG_CACHE_HOME")
	if base == "" {
		var err error
		if base, err = os.UserCacheDir(); err != nil {
			return "", fmt.Errorf("cannot find the cache directory: %w", err)
		}
	}
	return filepath.Join(base, "opp", "components"), nil
}

// New opens a cache. It touches neither disk nor network.
func New(config Config) (*Cache, error) {
	if config.Dir == "" {
		dir, err := DefaultDir()
		if err != nil {
			return nil, err
		}
		config.Dir = dir
	}
	dir, err := filepath.Abs(config.Dir)
	if err != nil {
		return nil, fmt.Errorf("cannot open the cache %q: %w", config.Dir, err)
	}
	if config.ReleaseBase == "" {
		config.ReleaseBase = os.Getenv("OPP_RELEASE_MIRROR")
	}
	if config.ReleaseBase == "" {
		config.ReleaseBase = githubURL
	}
	if u, err := url.Parse(config.ReleaseBase); err != nil || u.Host == "" {
		// What is before an @ may be a password.
		named := config.ReleaseBase[strings.LastIndex(config.ReleaseBase, "@")+1:]
		return nil, fmt.Errorf("cannot use release mirror %q: not a URL with a host", named)
	}
	if config.HTTP == nil {
		config.HTTP = releaseTransport()
	}
	if config.GoCommand == "" {
		config.GoCommand = "go"
	}
	if config.Progress == nil {
		config.Progress = func(Event) {}
	}
	if config.Sources == nil {
		config.Sources = Builtin()
	}
	return &Cache{
		dir:         dir,
		http:        resty.New().SetTransport(config.HTTP),
		releaseBase: config.ReleaseBase,
		goCommand:   config.GoCommand,
		progress:    config.Progress,
		sources:     config.Sources,
	}, nil
}

// versionForm keeps a version from leading out of the cache directory.
var versionForm = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$`)

// Get returns the absolute path of the executable, fetching it first if the
// cache does not have it; the others of its release lie beside it. The error
// is ErrNoSuchVersion if the release host does not know the version, and
// ErrUnavailable if neither a download nor a build is possible here.
func (c *Cache) Get(ctx context.Context, name, version string) (string, error) {
	src, err := c.source(name)
	if err != nil {
		return "", fmt.Errorf("cannot get %s %s: %w", name, version, err)
	}
	if !versionForm.MatchString(version) {
		return "", fmt.Errorf("cannot get %s %q: %w: a version reads like %s", name, version, ErrNoSuchVersion, src.Version)
	}
	path := c.path(src, version)
	if !usable(path) {
		if err := c.fetch(ctx, src, version); err != nil {
			return "", fmt.Errorf("cannot get %s %s: %w", name, version, err)
		}
	}
	c.progress(Event{Name: name, Version: version, Phase: PhaseDone})
	return path, nil
}

// Path is where the executable is, or would be, in the cache; empty for an
// unknown name.
func (c *Cache) Path(name, version string) string {
	src, err := c.source(name)
	if err != nil {
		return ""
	}
	return c.path(src, version)
}

// Versions lists the cached versions, oldest first.
func (c *Cache) Versions(name string) ([]string, error) {
	src, err := c.source(name)
	if err != nil {
		return nil, fmt.Errorf("cannot list versions of %s: %w", name, err)
	}
	entries, err := os.ReadDir(filepath.Join(c.dir, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot list versions of %s: %w", name, err)
	}
	versions := []string{}
	for _, entry := range entries {
		if versionForm.MatchString(entry.Name()) && usable(c.path(src, entry.Name())) {
			versions = append(versions, entry.Name())
		}
	}
	slices.SortFunc(versions, func(a, b string) int { return semver.Compare("v"+a, "v"+b) })
	return versions, nil
}

// Pin is a version that this program was tested with and can build.
type Pin struct {
	Name    string
	Version string
	// OnDemand is Source.OnDemand.
	OnDemand bool
}

// Pinned lists the pinned version of every source.
func (c *Cache) Pinned() []Pin {
	pins := make([]Pin, 0, len(c.sources))
	for _, src := range c.sources {
		pins = append(pins, Pin{Name: src.Name, Version: src.Version, OnDemand: src.OnDemand})
	}
	return pins
}

func (c *Cache) path(src Source, version string) string {
	return filepath.Join(c.folder(src, version), filepath.FromSlash(src.Executables[0]))
}

// folder holds everything of a version.
func (c *Cache) folder(src Source, version string) string {
	return filepath.Join(c.dir, src.Name, version)
}

// usable says whether path is something that can be started. An empty file is
// what a crash of the machine may leave.
func usable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0 && info.Size() > 0
}
