package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/tfcli"
)

// providerAddress is what the quick start asks for.
const providerAddress = "openpolicyplatform/opp"

// deliveryTimeout is how long a notification may take. A scrape, an evaluation
// and the group wait take about six seconds on an idle machine; an alert that
// fires before Prometheus has found its Alertmanager is sent again after a minute.
const deliveryTimeout = 5 * time.Minute

// supervisorTimeout is how long the supervisor may stay after the destroy; by
// itself it lingers some seconds.
const supervisorTimeout = 2 * time.Minute

// demo is one installation of the quick start. All of it lies in home, so that
// it outlives the checkout and can be taken away from another one.
type demo struct {
	// provider is the binary, config the Terraform configuration.
	provider, config string
	home             string
	// grafana is a Grafana home directory, empty for one that is downloaded.
	grafana string
	// hasGrafana is set once it is known that there is one.
	hasGrafana bool
}

// newDemo resolves paths. Home defaults to opp-demo in the user's state
// directory: the path of a unix socket in it must stay short.
func newDemo(provider, config, home string) (*demo, error) {
	if home == "" {
		state := os.Getenv("XDG_STATE_HOME")
		if state == "" {
			user, err := os.UserHomeDir()
			if err != nil {
				return nil, fmt.Errorf("cannot find a place for the demo: %v", err)
			}
			state = filepath.Join(user, ".local", "state")
		}
		home = filepath.Join(state, "opp-demo")
	}
	d := &demo{}
	for path, abs := range map[string]*string{provider: &d.provider, config: &d.config, home: &d.home} {
		var err error
		if *abs, err = filepath.Abs(path); err != nil {
			return nil, fmt.Errorf("cannot use path %q: %v", path, err)
		}
	}
	return d, nil
}

// workDir holds a copy of the configuration, and Terraform's state beside it.
func (d *demo) workDir() string    { return filepath.Join(d.home, filepath.Base(d.config)) }
func (d *demo) stateFile() string  { return filepath.Join(d.workDir(), "terraform.tfstate") }
func (d *demo) stateDir() string   { return filepath.Join(d.home, "opp") }
func (d *demo) configFile() string { return filepath.Join(d.home, "terraformrc") }

// up applies the quick start. It may be called again: what is there stays.
func (d *demo) up(ctx context.Context) error {
	if err := d.prepare(); err != nil {
		return err
	}
	step("Components")
	err := d.show(exec.CommandContext(ctx, d.provider, "components", "fetch", "prometheus", "alertmanager", "node_exporter"))
	if err != nil {
		return fmt.Errorf("cannot get the components: %v", err)
	}
	d.findGrafana(ctx)
	cli, err := tfcli.FindOrFetch(ctx, d.provider)
	if err != nil {
		return err
	}
	hook, err := d.startReceiver(ctx)
	if err != nil {
		return err
	}
	step("Apply " + filepath.Base(d.config) + " with " + cli.Path + " " + cli.Version)
	if err := d.show(d.terraform(ctx, cli, hook, "apply", "-input=false", "-auto-approve")); err != nil {
		return fmt.Errorf("cannot apply the quick start: %v", err)
	}
	step("Wait for the notification at " + hook.URL)
	if err := d.awaitNotification(ctx, hook); err != nil {
		return err
	}
	step("URLs")
	if err := d.show(d.terraform(ctx, cli, hook, "output")); err != nil {
		return fmt.Errorf("cannot show the URLs: %v", err)
	}
	step("Plan")
	if err := d.show(d.terraform(ctx, cli, hook, "plan", "-input=false", "-detailed-exitcode")); err != nil {
		return fmt.Errorf("cannot show an empty plan: the platform differs from the configuration: %v", err)
	}
	fmt.Printf("\nIt keeps running. Notifications go to %s\nTake everything away with: make demo-destroy\n", d.logFile())
	return nil
}

// findGrafana gets Grafana where it can be had, and says so where it cannot.
func (d *demo) findGrafana(ctx context.Context) {
	if d.grafana != "" {
		d.hasGrafana = true
		return
	}
	out, err := exec.CommandContext(ctx, d.provider, "components", "fetch", "grafana").CombinedOutput()
	if d.hasGrafana = err == nil; d.hasGrafana {
		fmt.Print(string(out))
		return
	}
	fmt.Printf("Grafana cannot be had here, so the demo goes on without it: %s\n", lastLine(string(out)))
}

// lastLine is where a command says why it failed.
func lastLine(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return strings.TrimPrefix(lines[len(lines)-1], "Error: ")
}

// down takes away what up made, however far that got.
func (d *demo) down(ctx context.Context) error {
	if _, err := os.Stat(d.home); errors.Is(err, os.ErrNotExist) {
		fmt.Println("There is no demo to destroy.")
		return nil
	}
	if err := d.prepare(); err != nil {
		return err
	}
	hook := d.runningReceiver(ctx)
	if _, err := os.Stat(d.stateFile()); err == nil {
		cli, err := tfcli.FindOrFetch(ctx, d.provider)
		if err != nil {
			return err
		}
		step("Destroy")
		if err := d.show(d.terraform(ctx, cli, hook, "destroy", "-input=false", "-auto-approve")); err != nil {
			return fmt.Errorf("cannot destroy the quick start: %v", err)
		}
	}
	if err := hook.stop(); err != nil {
		return err
	}
	if err := d.awaitSupervisor(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(d.home); err != nil {
		return fmt.Errorf("cannot remove the demo's directory: %v", err)
	}
	fmt.Println("Nothing of the demo is left.")
	return nil
}

// awaitSupervisor waits until the supervisor has noticed that nothing is left
// to look after: it removes its handles when it leaves.
func (d *demo) awaitSupervisor(ctx context.Context) error {
	handles := filepath.Join(d.stateDir(), "supervisor.json")
	ctx, cancel := context.WithTimeout(ctx, supervisorTimeout)
	defer cancel()
	for {
		if _, err := os.Stat(handles); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("cannot take the demo away: its supervisor is still there, see %q", filepath.Join(d.stateDir(), "supervisor.log"))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// prepare checks what cannot be obtained and writes what terraform needs.
func (d *demo) prepare() error {
	if runtime.GOOS == "windows" {
		return errors.New("cannot run the demo on Windows: the process engine works on Linux and macOS only")
	}
	if _, err := os.Stat(d.provider); err != nil {
		return fmt.Errorf("cannot find the provider %q: run make build first", d.provider)
	}
	if err := d.copyConfig(); err != nil {
		return fmt.Errorf("cannot copy the configuration: %v", err)
	}
	return tfcli.WriteConfig(d.configFile(), d.provider, providerAddress)
}

// copyConfig puts the configuration where Terraform will work, so that the
// checkout stays clean.
func (d *demo) copyConfig() error {
	if err := os.MkdirAll(d.workDir(), 0o700); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(d.config, "*.tf"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("there is none in %q", d.config)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(d.workDir(), filepath.Base(file)), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// terraform is a command in the quick start that knows neither the user's
// settings nor the user's stacks.
func (d *demo) terraform(ctx context.Context, cli tfcli.CLI, hook receiver, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, cli.Path, args...)
	cmd.Dir = d.workDir()
	// An interrupted terraform must save its state: it gets the signal, not a kill.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	for _, variable := range os.Environ() {
		if !foreign(variable) {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env,
		"CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1",
		"TF_CLI_CONFIG_FILE="+d.configFile(),
		"TF_VAR_webhook_url="+hook.URL,
		fmt.Sprintf("TF_VAR_grafana=%t", d.hasGrafana),
		"OPP_STATE_DIR="+d.stateDir(),
	)
	if d.grafana != "" {
		cmd.Env = append(cmd.Env, "TF_VAR_grafana_home="+d.grafana)
	}
	return cmd
}

// foreign says whether an environment variable would lead terraform elsewhere.
func foreign(variable string) bool {
	for _, prefix := range []string{"TF_CLI_", "TF_DATA_DIR=", "TF_WORKSPACE=", "TF_REATTACH_PROVIDERS=", "OPP_ENDPOINT=", "OPP_TOKEN="} {
		if strings.HasPrefix(variable, prefix) {
			return true
		}
	}
	return false
}

// show runs a command that speaks for itself.
func (*demo) show(cmd *exec.Cmd) error {
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

func step(name string) { fmt.Printf("\n==> %s\n", name) }
