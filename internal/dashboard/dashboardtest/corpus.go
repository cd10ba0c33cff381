// Package dashboardtest holds dashboards as people write and export them, and
// what Grafana does to a dashboard between saving and reading.
package dashboardtest

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed testdata/*.json
var files embed.FS

// All returns the dashboards by name: from schema 14, with rows of its own
// layout, to 42, exported, written by hand and from the library. All of them are
// sound for a stack with the data sources prometheus, alertmanager and loki, each
// with its type as uid and prometheus as default.
func All() map[string]string {
	entries, err := files.ReadDir("testdata")
	if err != nil {
		panic(fmt.Sprintf("cannot list the embedded dashboards: %v", err))
	}
	all := make(map[string]string, len(entries))
	for _, entry := range entries {
		text, err := files.ReadFile("testdata/" + entry.Name())
		if err != nil {
			panic(fmt.Sprintf("cannot read the embedded dashboard %q: %v", entry.Name(), err))
		}
		all[strings.TrimSuffix(entry.Name(), ".json")] = string(text)
	}
	return all
}
