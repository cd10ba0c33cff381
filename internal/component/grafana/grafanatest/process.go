package grafanatest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	// shutdownGrace is how long requests in flight may take once the process shall end.
	shutdownGrace = 5 * time.Second
	// provisioningDelay is how long it answers before its data sources are there:
	// in a real Grafana, provisioning needs the server to answer.
	provisioningDelay = 300 * time.Millisecond
)

// Main is the program bin/grafana. It runs
// "server --homepath HOME --config FILE" until SIGTERM or an interrupt, logs to
// stdout, writes one line to stderr if it cannot, and returns the exit status.
func Main(args []string, stdout, stderr io.Writer) int {
	if len(args) == 1 && (args[0] == "--version" || args[0] == "-v") {
		fmt.Fprintf(stdout, "grafana version %s\n", Version)
		return 0
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, args, slog.New(slog.NewTextHandler(stdout, nil))); err != nil {
		fmt.Fprintf(stderr, "Error: %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
		return 1
	}
	return 0
}

func run(ctx context.Context, args []string, log *slog.Logger) error {
	if len(args) == 0 || args[0] != "server" {
		return fmt.Errorf("cannot run %q: the only command is server", args)
	}
	flags := flag.NewFlagSet("grafana server", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	home := flags.String("homepath", "", "Grafana home directory")
	file := flags.String("config", "", "configuration file")
	if err := flags.Parse(args[1:]); err != nil {
		return fmt.Errorf("cannot run grafana server: %v", err)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("cannot run grafana server: the double knows no argument %q", flags.Arg(0))
	}
	p, err := configure(*home, *file)
	if err != nil {
		return err
	}
	p.config.log = log
	return p.serve(ctx)
}

// process is a Grafana with the place that it listens at.
type process struct {
	config       config
	address      string
	provisioning string // directory
}

// configure reads the defaults below home and the configuration file over them.
func configure(home, file string) (*process, error) {
	values := settings{}
	if err := values.readINI(filepath.Join(home, "conf", "defaults.ini")); err != nil {
		return nil, fmt.Errorf("cannot find the configuration defaults below the home directory %q: %v", home, err)
	}
	if file != "" {
		if err := values.readINI(file); err != nil {
			return nil, fmt.Errorf("cannot load configuration: %v", err)
		}
	}
	if err := values.check(); err != nil {
		return nil, err
	}
	get := func(section, key string) string {
		value, _ := values.get(section, key) // check has seen that it can be had
		return value
	}
	below := func(path string) string {
		if filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(home, path)
	}
	if protocol := get("server", "protocol"); protocol != "" && protocol != "http" {
		return nil, fmt.Errorf("cannot serve protocol %q: the double only knows http", protocol)
	}
	root, err := url.Parse(get("server", "root_url"))
	if err != nil {
		return nil, fmt.Errorf("cannot read root_url: %v", err)
	}
	p := &process{
		address:      net.JoinHostPort(get("server", "http_addr"), get("server", "http_port")),
		provisioning: below(get("paths", "provisioning")),
		config: config{
			adminUser:     get("security", "admin_user"),
			adminPassword: get("security", "admin_password"),
			subPath:       strings.TrimSuffix(root.Path, "/"),
			served:        get("server", "serve_from_sub_path") == "true",
			database:      filepath.Join(below(get("paths", "data")), "grafana.db"),
		},
	}
	p.config.dashboardFiles = func() ([]dashboardFile, error) { return readDashboardFiles(p.provisioning) }
	if get("auth.anonymous", "enabled") == "true" {
		p.config.anonymous = roles[get("auth.anonymous", "org_role")]
	}
	return p, nil
}

// serve answers, and a little later has the data sources of its files.
func (p *process) serve(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(p.config.database), 0o750); err != nil {
		return fmt.Errorf("cannot make the data directory: %v", err)
	}
	listener, err := net.Listen("tcp", p.address)
	if err != nil {
		return fmt.Errorf("cannot listen on %q: %v", p.address, err)
	}
	defer listener.Close()
	grafana, err := start(p.config)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: grafana, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	p.config.log.Info("HTTP Server Listen", "address", listener.Addr().String(), "protocol", "http", "subUrl", p.config.subPath)
	provision := time.After(provisioningDelay)
	for running := true; running; {
		select {
		case err := <-served:
			return err
		case <-provision:
			if err := grafana.provisionDataSources(p.provisioning); err != nil {
				return err
			}
		case <-ctx.Done():
			running = false
		}
	}
	ending, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(ending); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
