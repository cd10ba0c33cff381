package componenttest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// GoldenInput is an input whose folders and addresses are the same everywhere.
func GoldenInput(in component.Input) component.Input {
	in.ConfigDir, in.LiveDir = "/opp/config", "/opp/live"
	in.DataDir, in.SecretsDir = "/opp/data", "/opp/secrets"
	addresses := map[string]string{}
	for name := range in.Addresses {
		addresses[name] = map[string]string{
			component.Prometheus:             "127.0.0.1:9090",
			component.Alertmanager:           "127.0.0.1:9093",
			component.NodeExporter:           "127.0.0.1:9100",
			component.Grafana:                "127.0.0.1:3000",
			component.Loki:                   "127.0.0.1:3100",
			component.Loki + "/grpc":         "127.0.0.1:9095",
			component.Collector:              "127.0.0.1:4318",
			component.Collector + "/metrics": "127.0.0.1:8888",
			component.Collector + "/health":  "127.0.0.1:13133",
			"supervisor":                     "127.0.0.1:9099",
		}[name]
	}
	in.Addresses = addresses
	return in
}

// Golden compares files with those in dir, each with the suffix .golden; it
// writes them instead when update is set.
func Golden(t *testing.T, dir string, files component.Files, update bool) {
	t.Helper()
	if update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		for path, file := range files {
			write(t, filepath.Join(dir, filepath.FromSlash(path)+".golden"), file.Data)
		}
	}
	found := 0
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		found++
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel[:len(rel)-len(".golden")])
		want, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if got := files[name].Data; !bytes.Equal(got, want) {
			t.Errorf("%s differs from its golden file (-want +got):\n%s", name, cmp.Diff(string(want), string(got)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found != len(files) {
		t.Errorf("%d files were rendered, %s has %d", len(files), dir, found)
	}
}
