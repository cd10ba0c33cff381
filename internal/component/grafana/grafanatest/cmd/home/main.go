// Command home makes a directory the home directory of a double of Grafana, for
// programs that are no tests. It must be run within this module.
package main

import (
	"fmt"
	"os"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: home DIRECTORY")
		os.Exit(2)
	}
	if err := grafanatest.MakeHome(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}
