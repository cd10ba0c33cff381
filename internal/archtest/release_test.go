package archtest_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// read is a file of the repository.
func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What is released is laid out as the registries want it, speaks the protocol
// that the manifest names, and is compiled by make test for every system.
func TestRelease(t *testing.T) {
	const registryName = "terraform-provider-opp"
	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(read(t, "terraform-registry-manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Version != 1 || !slices.Equal(manifest.Metadata.Protocols, []string{"6.0"}) || !strings.Contains(string(read(t, "main.go")), "tf6server.Serve(") {
		t.Errorf("manifest %+v; main serves another protocol, or it does", manifest)
	}

	type extra struct {
		Glob string `yaml:"glob"`
		Name string `yaml:"name_template"`
	}
	var release struct {
		Project string `yaml:"project_name"`
		Builds  []struct {
			Systems []string `yaml:"goos"`
			Env     []string `yaml:"env"`
			Binary  string   `yaml:"binary"`
		} `yaml:"builds"`
		Archives []struct {
			Formats []string `yaml:"formats"`
			Name    string   `yaml:"name_template"`
		} `yaml:"archives"`
		Checksum struct {
			Name      string  `yaml:"name_template"`
			Algorithm string  `yaml:"algorithm"`
			Extra     []extra `yaml:"extra_files"`
		} `yaml:"checksum"`
		Signs []struct {
			Artifacts string `yaml:"artifacts"`
		} `yaml:"signs"`
		Release struct {
			Extra []extra `yaml:"extra_files"`
		} `yaml:"release"`
	}
	if err := yaml.Unmarshal(read(t, ".goreleaser.yml"), &release); err != nil || len(release.Builds)+len(release.Archives)+len(release.Signs) != 3 {
		t.Fatalf("%v: %+v", err, release)
	}
	for _, name := range []struct{ what, have, want string }{
		{"project", release.Project, registryName},
		{"binary", release.Builds[0].Binary, "{{ .ProjectName }}_v{{ .Version }}"},
		{"format", strings.Join(release.Archives[0].Formats, " "), "zip"},
		{"archive", release.Archives[0].Name, "{{ .ProjectName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}"},
		{"checksums", release.Checksum.Name + " " + release.Checksum.Algorithm, "{{ .ProjectName }}_{{ .Version }}_SHA256SUMS sha256"},
		{"signed", release.Signs[0].Artifacts, "checksum"},
		{"cgo", strings.Join(release.Builds[0].Env, " "), "CGO_ENABLED=0"},
	} {
		if name.have != name.want {
			t.Errorf("%s is %q, the registries want %q", name.what, name.have, name.want)
		}
	}
	withManifest := []extra{{"terraform-registry-manifest.json", "{{ .ProjectName }}_{{ .Version }}_manifest.json"}}
	if !slices.Equal(release.Checksum.Extra, withManifest) || !slices.Equal(release.Release.Extra, withManifest) {
		t.Errorf("the manifest is released as %v and %v", release.Checksum.Extra, release.Release.Extra)
	}
	loop := regexp.MustCompile(`for os in ([a-z ]+); do`).FindSubmatch(read(t, "GNUmakefile"))
	if loop == nil {
		t.Fatal("GNUmakefile compiles for no other systems")
	}
	compiled := append(strings.Fields(string(loop[1])), "linux")
	slices.Sort(compiled)
	slices.Sort(release.Builds[0].Systems)
	if !slices.Equal(compiled, release.Builds[0].Systems) {
		t.Errorf("released for %v, compiled in tests for %v", release.Builds[0].Systems, compiled)
	}
}

// Whoever lacks a tool is told which in one sentence.
func TestMakeSaysWhatIsMissing(t *testing.T) {
	program, err := exec.LookPath("make")
	if err != nil {
		t.Fatal(err)
	}
	empty, onlyGo := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(onlyGo, "go"), []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for target, test := range map[string]struct{ path, want string }{
		"demo": {empty, "Go is missing: install the version that go.mod names, or newer."},
		"test": {onlyGo, "git is missing: install it; the checks list the repository's files with it."},
	} {
		command := exec.CommandContext(t.Context(), program, target)
		command.Dir, command.Env = filepath.Join("..", ".."), []string{"PATH=" + test.path}
		var said strings.Builder
		command.Stderr = &said
		if command.Run() == nil || !strings.HasPrefix(said.String(), test.want+"\nmake") {
			t.Errorf("make %s says %q, want %q", target, said.String(), test.want)
		}
	}
}
