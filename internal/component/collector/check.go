package collector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
)

// checkTimeout bounds how long a collector may look at its configuration.
const checkTimeout = 30 * time.Second

// Check implements component.Component. A collector that is told to read a
// configuration which it does not take ends, so the one that shall read it is
// asked first.
func (*Component) Check(in component.Input, files component.Files) error {
	if err := checkSources(in); err != nil {
		return err
	}
	text := files[configFile].Data
	running, err := os.ReadFile(filepath.Join(in.ConfigDir, configFile))
	if in.Binary == "" || err == nil && bytes.Equal(running, text) {
		return nil
	}
	if err := validate(in.Binary, text); err != nil {
		return fmt.Errorf("cannot accept %s: %w", configFile, err)
	}
	return nil
}

// checkSources compiles what is made of lines, with the collector's library.
func checkSources(in component.Input) error {
	for i := range in.State.LogSources {
		s := &in.State.LogSources[i]
		if s.OTLP != nil {
			continue
		}
		if _, problems := logpipeline.Compile(s.Pipeline()); len(problems) > 0 {
			return fmt.Errorf("log source %q: %s: %s", s.Name, problems[0].Path, problems[0].Message)
		}
		if s.Journald != nil && !hasJournalctl() {
			return fmt.Errorf("log source %q reads the journal, and there is no journalctl on this machine", s.Name)
		}
	}
	return nil
}

// hasJournalctl looks for it where the collector will.
func hasJournalctl() bool {
	_, dirs, _ := strings.Cut(searchPath, "=")
	for _, dir := range filepath.SplitList(dirs) {
		if info, err := os.Stat(filepath.Join(dir, "journalctl")); err == nil && !info.IsDir() {
			return true
		}
	}
	return false
}

// validate lets the collector itself read a configuration.
func validate(binary string, text []byte) (err error) {
	file, err := os.CreateTemp("", "opp-collector-*.yml")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "validate", "--config=file:"+file.Name())
	cmd.Env = []string{searchPath}
	output, err := cmd.CombinedOutput()
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		return errors.New(strings.TrimSpace(string(output)))
	}
	return err
}
