// Package enginetest is the suite that every engine must pass, and the small
// program whose processes it runs.
package enginetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// helperEnv makes a test binary behave as the helper program.
const helperEnv = "OPP_ENGINETEST_HELPER=1"

// Served is what the helper's "serve" answers to every request.
type Served struct {
	PID  int      `json:"pid"`
	Args []string `json:"args"`
	Env  []string `json:"env"`
	// HangUps is how often SIGHUP came.
	HangUps int64 `json:"hang_ups"`
}

// Main runs the helper and ends the process if that is what it was started
// for. Call it first in TestMain.
//
//	serve ADDRESS [ANYTHING…]    answers HTTP requests with Served, and as told below
//	stubborn ADDRESS             the same, deaf to SIGTERM
//	crash MESSAGE                prints the message and exits with 3
//	print BYTES                  prints that much, then sleeps
//
// What serves exits with 3 when it is asked for /crash, and uses N bytes of memory
// when it is asked for /allocate/N.
func Main() {
	name, value, _ := strings.Cut(helperEnv, "=")
	if os.Getenv(name) != value {
		return
	}
	if err := helper(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func helper(mode string, args []string) error {
	switch mode {
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		return serve(args[0])
	case "serve":
		return serve(args[0])
	case "crash":
		fmt.Fprintln(os.Stdout, args[0])
		os.Exit(3)
	case "print":
		var bytes int
		if _, err := fmt.Sscan(args[0], &bytes); err != nil {
			return err
		}
		line := strings.Repeat("x", 1023) + "\n"
		for written := 0; written < bytes; written += len(line) {
			fmt.Fprint(os.Stdout, line)
		}
	default:
		return fmt.Errorf("unknown mode %q", mode)
	}
	time.Sleep(time.Hour)
	return nil
}

func serve(address string) error {
	var hangUps atomic.Int64
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	go func() {
		for range signals {
			hangUps.Add(1)
		}
	}()
	fmt.Fprintln(os.Stdout, "serving on", address)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(Served{PID: os.Getpid(), Args: os.Args[1:], Env: os.Environ(), HangUps: hangUps.Load()})
	})
	mux.HandleFunc("GET /crash", func(http.ResponseWriter, *http.Request) { os.Exit(3) })
	mux.HandleFunc("GET /allocate/{bytes}", func(w http.ResponseWriter, r *http.Request) {
		bytes, err := strconv.Atoi(r.PathValue("bytes"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		memory := make([]byte, bytes)
		for i := 0; i < len(memory); i += 4096 {
			memory[i] = 1
		}
		fmt.Fprintln(w, memory[0])
	})
	return http.ListenAndServe(address, mux)
}
