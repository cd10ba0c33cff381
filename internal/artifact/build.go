package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const (
	// moduleProxy is what a reader is told a build comes from.
	moduleProxy = "the Go module proxy"
	// keptLines is how much of a failed command's output an error carries.
	keptLines = 12
	// interruptGrace is how long an interrupted command may tidy up.
	interruptGrace = 5 * time.Second
)

// build compiles the pinned version into the directory staged. The error is
// errNoGo if there is no toolchain.
func (c *Cache) build(ctx context.Context, src Source, tmp, staged string) error {
	if len(src.Build.Packages) == 0 {
		return errors.New("it cannot be built from source")
	}
	command, err := exec.LookPath(c.goCommand)
	if err != nil {
		return errNoGo
	}
	dir := filepath.Join(tmp, "module")
	if err := unpack(src.Build.Module, dir); err != nil {
		return fmt.Errorf("cannot unpack the module: %w", err)
	}
	tool := &goTool{command: command, dir: dir, tmp: tmp}
	if err := tool.checkVersion(ctx); err != nil {
		return err
	}
	event := Event{Name: src.Name, Version: src.Version, From: moduleProxy}
	total, err := c.resolve(ctx, tool, src.Build, event)
	if err != nil {
		return fmt.Errorf("cannot download the modules to build it: %w", err)
	}
	event.Phase, event.Unit, event.Total = PhaseBuild, UnitPackages, total
	c.progress(event)
	args := []string{"build", "-v", "-trimpath", "-tags", src.Build.Tags, "-ldflags", src.Build.LDFlags,
		"-o", staged + string(filepath.Separator)}
	_, err = tool.run(ctx, func(line string) bool {
		if line == "" || strings.ContainsAny(line, " #:") {
			return false
		}
		event.Done++
		c.progress(event)
		return true
	}, append(args, src.Build.Packages...)...)
	if err != nil {
		return fmt.Errorf("cannot build it: %w", err)
	}
	return nil
}

// resolve downloads the modules that a build needs and counts its packages.
func (c *Cache) resolve(ctx context.Context, tool *goTool, build Build, event Event) (packages int64, err error) {
	event.Phase, event.Unit = PhaseDownload, UnitModules
	c.progress(event)
	args := append([]string{"list", "-deps", "-tags", build.Tags}, build.Packages...)
	list, err := tool.run(ctx, func(line string) bool {
		if !strings.HasPrefix(line, "go: downloading ") {
			return false
		}
		event.Done++
		c.progress(event)
		return true
	}, args...)
	return int64(strings.Count(list, "\n")), err
}

// unpack writes the files of an embedded module under their real names.
func unpack(module fs.FS, dir string) error {
	return fs.WalkDir(module, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(strings.TrimSuffix(path, ".txt")))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		data, err := fs.ReadFile(module, path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	})
}

// goTool runs the go command in a module.
type goTool struct{ command, dir, tmp string }

// checkVersion fails if the toolchain is older than the module asks for. With
// GOTOOLCHAIN=auto the go command may have fetched a newer one by then.
func (t *goTool) checkVersion(ctx context.Context) error {
	out, err := t.run(ctx, nil, "list", "-m", "-f", "{{.GoVersion}}")
	if err != nil {
		return fmt.Errorf("cannot build it with %s: %w", t.command, err)
	}
	want := "go" + strings.TrimSpace(out)
	out, err = t.run(ctx, nil, "env", "GOVERSION")
	if err != nil {
		return fmt.Errorf("cannot build it with %s: %w", t.command, err)
	}
	// Development versions ("devel …") do not compare; let them try.
	got := strings.TrimSpace(out)
	if version.IsValid(got) && version.Compare(got, want) < 0 {
		return fmt.Errorf("cannot build it with %s: it is %s, and %s or newer is needed", t.command, got, want)
	}
	return nil
}

// run returns standard output. Each line of standard error goes to progress,
// which says whether it took it; the last ones that it did not take are part
// of the error.
func (t *goTool) run(ctx context.Context, progress func(line string) bool, args ...string) (string, error) {
	var kept []string
	messages := &lineWriter{each: func(line string) {
		if progress != nil && progress(line) {
			return
		}
		kept = append(kept, line)
		kept = kept[max(len(kept)-keptLines, 0):]
	}}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, t.command, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = t.dir, &out, messages
	cmd.Env = append(os.Environ(),
		"CGO_ENABLED="+cgoEnabled(), "GO111MODULE=on", "GOWORK=off", "GOFLAGS=-mod=mod -buildvcs=false",
		// Cross-compilation settings of the user's shell are not for us.
		"GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH,
		"GOTMPDIR="+t.tmp)
	// The go command removes its work files when interrupted; Windows has no
	// such signal.
	cmd.Cancel = func() error {
		if cmd.Process.Signal(os.Interrupt) == nil {
			return nil
		}
		return cmd.Process.Kill()
	}
	cmd.WaitDelay = interruptGrace
	err := cmd.Run()
	messages.flush()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("go %s: %s", args[0], strings.Join(kept, "\n"))
	}
	return out.String(), err
}

// cgoEnabled is off so that no C compiler is needed, but for macOS, where
// node_exporter's collectors are written in C.
func cgoEnabled() string {
	if runtime.GOOS == "darwin" {
		return "1"
	}
	return "0"
}

// lineWriter hands on what is written line by line.
type lineWriter struct {
	each    func(line string)
	partial []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.partial = append(w.partial, p...)
	for {
		end := bytes.IndexByte(w.partial, '\n')
		if end < 0 {
			return len(p), nil
		}
		w.each(string(w.partial[:end]))
		w.partial = w.partial[end+1:]
	}
}

func (w *lineWriter) flush() {
	if len(w.partial) > 0 {
		w.each(string(w.partial))
		w.partial = nil
	}
}
