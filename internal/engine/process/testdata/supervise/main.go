// Command supervise STATE_DIR is a supervisor for tests that need another
// build than the test binary.
package main

import (
	"context"
	"log"
	"os"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/supervisor"
)

func main() {
	err := supervisor.Run(context.Background(), supervisor.Config{StateDir: os.Args[1], Version: "test"})
	if err != nil {
		log.Fatal(err)
	}
}
