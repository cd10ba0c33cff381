package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine/process"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/tfcli"
)

const binaryName = "terraform-provider-opp"

// ofProvider begins every configuration but those of floors.
const ofProvider = `
terraform {
  required_providers {
    opp = { source = "openpolicyplatform/opp" }
  }
}
`

const stackConfig = ofProvider + `
resource "opp_monitoring_stack" "main" {
  name          = "bench"
  prometheus    = { port = 0 }
  alertmanager  = { port = 0 }
  node_exporter = { port = 0 }
}
`

const floorConfig = `
resource "terraform_data" "r" {
  count = %d
  input = "up{job=\"api-${count.index}\"} == 0"
}
`

const rulesConfig = ofProvider + `
resource "opp_alert_rule" "r" {
  count    = %d
  stack    = "bench"
  name     = "rule-${count.index}"
  group    = "group-${count.index %% 20}"
  expr     = "up{job=\"api-${count.index}\"} == 0"
  for      = "5m"
  severity = "warning"
  summary  = "{{ $labels.instance }} is down"
}
`

// bench is one run: a built provider and a state directory.
type bench struct {
	root, state, tf string
	engine          engine.Engine
}

func newBench(root string) (*bench, error) {
	b := &bench{root: root, state: filepath.Join(root, "state")}
	cli, err := tfcli.Find(context.Background())
	if err != nil {
		return nil, err
	}
	b.tf = cli.Path
	provider := filepath.Join(root, "provider")
	build := exec.Command("go", "build", "-o", filepath.Join(provider, binaryName), ".")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cannot build the provider: %w\n%s", err, out)
	}
	if err := tfcli.WriteConfig(filepath.Join(root, "cli.tfrc"), filepath.Join(provider, binaryName), "openpolicyplatform/opp"); err != nil {
		return nil, err
	}
	// The version is the one that a build without linker flags has: another
	// would make the supervisor hand over.
	b.engine = process.New(process.Config{
		StateDir: b.state, Version: "dev",
		Command: []string{filepath.Join(provider, binaryName), "supervise", "--state-dir", b.state},
	})
	return b, nil
}

// workspace is a directory in which Terraform runs.
type workspace struct {
	bench *bench
	dir   string
}

func (b *bench) workspace(name, config string) workspace {
	w := workspace{bench: b, dir: filepath.Join(b.root, name)}
	if err := os.MkdirAll(w.dir, 0o700); err == nil {
		_ = os.WriteFile(filepath.Join(w.dir, "main.tf"), []byte(config), 0o600)
	}
	return w
}

func (w workspace) terraform(command string, args ...string) error {
	if command != "plan" {
		args = append(args, "-auto-approve")
	}
	run := exec.Command(w.bench.tf, append([]string{command, "-input=false", "-no-color"}, args...)...)
	run.Dir = w.dir
	run.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.bench.root, "cli.tfrc"), "OPP_STATE_DIR="+w.bench.state, "CHECKPOINT_DISABLE=1")
	if out, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("terraform %s in %s: %w\n%s", command, filepath.Base(w.dir), err, out)
	}
	return nil
}

// byHand stops the units and measures how long the same command lines take
// until all of them answer, with empty data; then they are stopped again and
// the stack is repaired.
func (b *bench) byHand() (time.Duration, error) {
	ctx := context.Background()
	units, err := b.engine.List(ctx, "bench/")
	if err != nil {
		return 0, err
	}
	for _, unit := range units {
		if err := b.engine.Remove(ctx, unit.Unit.Name); err != nil {
			return 0, err
		}
		if err := os.RemoveAll(unit.Unit.Dir); err != nil {
			return 0, err
		}
		if err := os.MkdirAll(unit.Unit.Dir, 0o700); err != nil {
			return 0, err
		}
	}
	began := time.Now()
	var processes []*exec.Cmd
	for _, unit := range units {
		process := exec.Command(unit.Unit.Path, unit.Unit.Args...)
		process.Dir = unit.Unit.Dir
		if err := process.Start(); err != nil {
			return 0, err
		}
		processes = append(processes, process)
	}
	for _, unit := range units {
		path := "/-/ready"
		if strings.HasSuffix(unit.Unit.Name, "/node_exporter") {
			path = "/"
		}
		if err := await("http://" + unit.Unit.Listen[0] + path); err != nil {
			return 0, err
		}
	}
	took := time.Since(began)
	for _, process := range processes {
		_ = process.Process.Kill()
		_ = process.Wait()
	}
	return took, workspace{bench: b, dir: filepath.Join(b.root, "stack")}.terraform("apply")
}

func await(url string) error {
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		response, err := http.Get(url) //nolint:noctx // a loopback probe
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	return fmt.Errorf("%s does not answer", url)
}

// loaded is what Prometheus and Alertmanager log of every configuration.
const loaded = "Completed loading of configuration file"

// logged counts how often a component of a stack has said something.
func (b *bench) logged(stack, component, words string) (int, error) {
	log, err := os.ReadFile(filepath.Join(b.state, "stacks", stack, "logs", component+".log"))
	return bytes.Count(log, []byte(words)), err
}

// generation counts the configurations of a stack that were written so far,
// each for all writes that arrived together.
func (b *bench) generation(stack string) (int, error) {
	current, err := os.Readlink(filepath.Join(b.state, "stacks", stack, "current"))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(filepath.Base(current))
}

// perBatch adds how often a component loaded its configuration, and the
// batches of writes that it had to be told of.
func perBatch(report table.Writer, figure string, loads, batches int) {
	report.AppendRow(table.Row{figure, loads, batches, fmt.Sprintf("%.2f ×", float64(loads)/float64(batches)), "≤ 1.00 ×", verdict(loads <= batches)})
}

func (b *bench) cleanUp() {
	if err := (workspace{bench: b, dir: filepath.Join(b.root, "stack")}).terraform("destroy"); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}
