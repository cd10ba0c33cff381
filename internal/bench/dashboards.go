package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
)

const (
	// grafanaHome names a real Grafana to measure instead of the double.
	grafanaHome = "OPP_TEST_GRAFANA_HOME"
	// largeDashboard is the size in bytes of the one that is planned alone.
	largeDashboard = 2_000_000
	dashboardCount = 300
)

const dashboardStack = ofProvider + `
resource "opp_monitoring_stack" "main" {
  name            = "bench-dashboards"
  prometheus      = { port = 0 }
  alertmanager    = { enabled = false }
  node_exporter   = { enabled = false }
  self_monitoring = false
  grafana         = { port = 0, path = %q, memory = "1GB" }
}
`

const dashboardsConfig = ofProvider + `
resource "opp_dashboard" "d" {
  count       = %d
  stack       = "bench-dashboards"
  name        = "%s-${count.index}"
  folder      = "Bench"
  lint        = "warn"
  config_json = replace(file(%q), "TITLE", "Dashboard ${count.index}")
}
`

const dashboardsFloor = `
resource "terraform_data" "d" {
  count = %d
  input = replace(file(%q), "TITLE", "Dashboard ${count.index}")
}
`

// dashboards compares apply and plan of many dashboards, and of a large one,
// with as many terraform_data that hold the same texts.
func (b *bench) dashboards(report table.Writer) error {
	home, err := b.grafanaHome()
	if err != nil {
		return err
	}
	stack := b.workspace("dashboard-stack", fmt.Sprintf(dashboardStack, home))
	if err := stack.terraform("apply"); err != nil {
		return err
	}
	defer func() {
		if err := stack.terraform("destroy"); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	if err := b.manyDashboards(report); err != nil {
		return err
	}
	return b.largeDashboard(report)
}

// grafanaHome is that of a real Grafana where there is one, else of the double.
func (b *bench) grafanaHome() (string, error) {
	if home := os.Getenv(grafanaHome); home != "" {
		return home, nil
	}
	home := filepath.Join(b.root, "grafana")
	if err := os.Mkdir(home, 0o700); err != nil {
		return "", err
	}
	command := exec.Command("go", "run", "./internal/component/grafana/grafanatest/cmd/home", home)
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cannot make the double of Grafana: %w\n%s", err, out)
	}
	return home, nil
}

func (b *bench) manyDashboards(report table.Writer) error {
	ours, floor, err := b.dashboardWorkspaces("many", dashboardCount, 12)
	if err != nil {
		return err
	}
	applyFloor, err := timed(func() error { return floor.terraform("apply") })
	if err != nil {
		return err
	}
	applyOurs, err := timed(func() error { return ours.terraform("apply") })
	if err != nil {
		return err
	}
	row(report, fmt.Sprintf("apply of %d dashboards against terraform_data", dashboardCount), applyOurs, applyFloor, 2)
	blind, err := fastest(func() error { return ours.terraform("plan", "-refresh=false") })
	if err != nil {
		return err
	}
	refreshed, err := fastest(func() error { return ours.terraform("plan") })
	if err != nil {
		return err
	}
	row(report, fmt.Sprintf("plan of %d dashboards with refresh against -refresh=false", dashboardCount), refreshed, blind, 1.3)
	return ours.terraform("destroy")
}

func (b *bench) largeDashboard(report table.Writer) error {
	ours, floor, err := b.dashboardWorkspaces("large", 1, largeDashboard/len(panelJSON(0)))
	if err != nil {
		return err
	}
	for _, what := range []string{"first plan", "plan"} {
		planFloor, err := fastest(func() error { return floor.terraform("plan") })
		if err != nil {
			return err
		}
		planOurs, err := fastest(func() error { return ours.terraform("plan") })
		if err != nil {
			return err
		}
		extra := planOurs - planFloor
		report.AppendRow(table.Row{what + " of a dashboard of 2 MB", seconds(planOurs), seconds(planFloor), "+ " + seconds(extra), "< + 1 s", verdict(extra < time.Second)})
		if what == "plan" {
			break
		}
		for _, w := range []workspace{floor, ours} {
			if err := w.terraform("apply"); err != nil {
				return err
			}
		}
	}
	return ours.terraform("destroy")
}

// dashboardWorkspaces are one with dashboards of so many panels each, and one
// with the same texts in terraform_data.
func (b *bench) dashboardWorkspaces(name string, count, panels int) (ours, floor workspace, err error) {
	var text strings.Builder
	text.WriteString(`{"title": "TITLE", "schemaVersion": 41, "panels": [`)
	for i := range panels {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteString(panelJSON(i))
	}
	text.WriteString("]}")
	file := filepath.Join(b.root, name+".json")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return ours, floor, err
	}
	ours = b.workspace(name+"-dashboards", fmt.Sprintf(dashboardsConfig, count, name, file))
	return ours, b.workspace(name+"-floor", fmt.Sprintf(dashboardsFloor, count, file)), nil
}

// panelJSON is a panel as Grafana writes one, about half a kilobyte long.
func panelJSON(i int) string {
	return fmt.Sprintf(`{"id": %d, "type": "timeseries", "title": "Requests of service %d", "gridPos": {"x": %d, "y": %d, "w": 12, "h": 8},
 "datasource": {"type": "prometheus", "uid": "prometheus"},
 "fieldConfig": {"defaults": {"unit": "reqps", "custom": {"lineWidth": 1, "fillOpacity": 10}}, "overrides": []},
 "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": true}},
 "targets": [{"refId": "A", "expr": "sum by (handler) (rate(http_requests_total{job=\"api-%d\"}[$__rate_interval]))", "legendFormat": "{{handler}}"}]}`,
		i+1, i, i%2*12, i/2*8, i)
}
