package artifact

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

const githubURL = "https://github.com"

// modules holds, for each source, the files of the module that pins it. They
// end in .txt because a go.mod would make a nested module, which cannot be
// embedded.
//
//go:embed modules
var modules embed.FS

// Source is where the executables of one component come from.
type Source struct {
	Name string
	// Executables are the files to take; the first is the component itself.
	// Slashes separate folders.
	Executables []string
	// Version is the pinned one: what Module builds.
	Version string
	// OnDemand sources are no part of a stack, so nobody wants them unasked.
	OnDemand bool
	Release  Release
	Build    Build
}

// Release is an official release archive. In every field {version}, {os} and
// {arch} stand for their values, as Go spells them.
type Release struct {
	// Repository is OWNER/NAME on the release host; URL, for a project that
	// publishes elsewhere, is the folder of the archive instead. A mirror has
	// the same paths.
	Repository, URL string
	// Archive is a tar.gz or a zip; Checksums lists SHA-256 sums as sha256sum
	// does, or is the sum of the archive alone.
	Archive, Checksums string
	// Entry is the path of an executable in the archive; {name} stands for its
	// name in Executables. It is empty where the whole archive is wanted,
	// without its top folder.
	Entry string
}

// Build is how the pinned version is built; no packages if it cannot be.
type Build struct {
	// Module holds go.mod.txt, go.sum.txt and whatever else the build needs,
	// each with .txt appended to its name.
	Module fs.FS
	// Packages are import paths, or "." for a command that Module holds itself;
	// the last element of each path, of the module's for ".", is the executable.
	Packages []string
	Tags     string
	LDFlags  string
}

// Builtin lists the sources of this program.
func Builtin() []Source {
	return []Source{
		{
			Name:        "prometheus",
			Executables: []string{"prometheus", "promtool"},
			Version:     "3.16.0",
			Release:     prometheusRelease("prometheus"),
			Build: Build{
				Module: module("prometheus"),
				Packages: []string{
					"github.com/prometheus/prometheus/cmd/prometheus",
					"github.com/prometheus/prometheus/cmd/promtool",
				},
				// Without remove_all_sd one discovery needs a module that no
				// proxy has.
				Tags:    "remove_all_sd,enable_dns_sd",
				LDFlags: reportVersion("3.16.0"),
			},
		},
		{
			Name:        "alertmanager",
			Executables: []string{"alertmanager", "amtool"},
			Version:     "0.31.1",
			Release:     prometheusRelease("alertmanager"),
			Build: Build{
				Module: module("alertmanager"),
				Packages: []string{
					"github.com/prometheus/alertmanager/cmd/alertmanager",
					"github.com/prometheus/alertmanager/cmd/amtool",
				},
				LDFlags: reportVersion("0.31.1"),
			},
		},
		{
			Name:        "node_exporter",
			Executables: []string{"node_exporter"},
			Version:     "1.12.1",
			Release:     prometheusRelease("node_exporter"),
			Build: Build{
				Module:   module("node_exporter"),
				Packages: []string{"github.com/prometheus/node_exporter"},
				LDFlags:  reportVersion("1.12.1"),
			},
		},
		{
			Name:        "loki",
			Executables: []string{"loki"},
			Version:     "3.7.8",
			Release: Release{
				Repository: "grafana/loki",
				Archive:    "loki-{os}-{arch}.zip",
				Checksums:  "SHA256SUMS",
				Entry:      "{name}-{os}-{arch}",
			},
			Build: Build{
				Module:   module("loki"),
				Packages: []string{"github.com/grafana/loki/v3/cmd/loki"},
				LDFlags:  "-s -w -X github.com/grafana/loki/v3/pkg/util/build.Version=3.7.8",
			},
		},
		{
			// The release is the contrib distribution, which has every
			// component there is; the build has those of a log pipeline.
			Name:        "collector",
			Executables: []string{"otelcol"},
			Version:     "0.160.0",
			Release: Release{
				Repository: "open-telemetry/opentelemetry-collector-releases",
				Archive:    "otelcol-contrib_{version}_{os}_{arch}.tar.gz",
				Checksums:  "opentelemetry-collector-releases_otelcol-contrib_checksums.txt",
				Entry:      "otelcol-contrib",
			},
			Build: Build{
				Module:   module("collector"),
				Packages: []string{"."},
				LDFlags:  "-s -w -X main.version=0.160.0",
			},
		},
		{
			// A home directory: bin/ needs conf/ and public/ beside it. The
			// assets of its user interface are in no module, so it cannot be built.
			Name:        "grafana",
			Executables: []string{"bin/grafana"},
			Version:     "12.3.3",
			OnDemand:    true,
			Release: Release{
				URL:       "https://dl.grafana.com/oss/release/",
				Archive:   "grafana-{version}.{os}-{arch}.tar.gz",
				Checksums: "grafana-{version}.{os}-{arch}.tar.gz.sha256",
			},
		},
		{
			Name:        "opentofu",
			Executables: []string{"tofu"},
			Version:     "1.12.6",
			OnDemand:    true,
			Release: Release{
				Repository: "opentofu/opentofu",
				Archive:    "tofu_{version}_{os}_{arch}.tar.gz",
				Checksums:  "tofu_{version}_SHA256SUMS",
				Entry:      "{name}",
			},
			Build: Build{
				Module:   module("opentofu"),
				Packages: []string{"github.com/opentofu/opentofu/cmd/tofu"},
				LDFlags:  "-s -w",
			},
		},
	}
}

// prometheusRelease is how every project of the Prometheus organisation
// publishes.
func prometheusRelease(name string) Release {
	folder := name + "-{version}.{os}-{arch}"
	return Release{
		Repository: "prometheus/" + name,
		Archive:    folder + ".tar.gz",
		Checksums:  "sha256sums.txt",
		Entry:      folder + "/{name}",
	}
}

// reportVersion makes a Prometheus project report the version that it is.
func reportVersion(version string) string {
	return "-s -w -X github.com/prometheus/common/version.Version=" + version
}

func module(name string) fs.FS {
	sub, err := fs.Sub(modules, "modules/"+name)
	if err != nil {
		panic(err) // the path is constant and valid
	}
	return sub
}

func (c *Cache) source(name string) (Source, error) {
	names := make([]string, 0, len(c.sources))
	for _, src := range c.sources {
		if src.Name == name {
			return src, nil
		}
		names = append(names, src.Name)
	}
	return Source{}, fmt.Errorf("no such component; there are %s", strings.Join(names, ", "))
}
