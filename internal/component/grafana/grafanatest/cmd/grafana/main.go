// Command grafana is the double of Grafana as a process.
package main

import (
	"os"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest"
)

func main() { os.Exit(grafanatest.Main(os.Args[1:], os.Stdout, os.Stderr)) }
