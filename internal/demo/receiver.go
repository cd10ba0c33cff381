package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/alertmanager/template"
)

const (
	// receiveCommand is what the demo calls itself with.
	receiveCommand = "receive"
	// receiverFD is the listening socket that the child inherits, so that its
	// address is known before it runs.
	receiverFD = 3
	// hookPath is where notifications are posted.
	hookPath = "/hook"
	// maxMessage bounds what a notification may be, in bytes.
	maxMessage = 1 << 20
)

// receiver is the recorded handle of a webhook receiver in the background. The
// zero receiver does not run.
type receiver struct {
	PID int    `json:"pid"`
	URL string `json:"url"`
}

// answer is what a receiver tells about itself.
type answer struct {
	PID int `json:"pid"`
	// Received are the notifications so far, a line each.
	Received []string `json:"received"`
}

func (d *demo) handleFile() string { return filepath.Join(d.home, "receiver.json") }
func (d *demo) logFile() string    { return filepath.Join(d.home, "receiver.log") }

// startReceiver starts a receiver that outlives this process, unless one runs.
// It asks for the address of the last one, which the channel may still have.
func (d *demo) startReceiver(ctx context.Context) (receiver, error) {
	if hook := d.runningReceiver(ctx); hook.PID != 0 {
		return hook, nil
	}
	listener, err := listen(ctx, d.recordedReceiver())
	if err != nil {
		return receiver{}, fmt.Errorf("cannot start the webhook receiver: %v", err)
	}
	defer listener.Close()
	socket, err := listener.File()
	if err != nil {
		return receiver{}, fmt.Errorf("cannot start the webhook receiver: %v", err)
	}
	defer socket.Close()
	log, err := os.OpenFile(d.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return receiver{}, fmt.Errorf("cannot start the webhook receiver: %v", err)
	}
	defer log.Close()
	self, err := os.Executable()
	if err != nil {
		return receiver{}, fmt.Errorf("cannot start the webhook receiver: %v", err)
	}
	cmd := exec.Command(self, receiveCommand) // it outlives this process, so it has no context
	cmd.ExtraFiles = []*os.File{socket}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = detached()
	if err := cmd.Start(); err != nil {
		return receiver{}, fmt.Errorf("cannot start the webhook receiver: %v", err)
	}
	hook := receiver{PID: cmd.Process.Pid, URL: "http://" + listener.Addr().String() + hookPath}
	data, err := json.Marshal(hook)
	if err == nil {
		err = os.WriteFile(d.handleFile(), data, 0o600)
	}
	if err != nil {
		return receiver{}, errors.Join(fmt.Errorf("cannot record the webhook receiver: %v", err), cmd.Process.Kill())
	}
	return hook, nil
}

// listen prefers the address of the last receiver and takes any other.
func listen(ctx context.Context, last receiver) (*net.TCPListener, error) {
	var config net.ListenConfig
	if address, ok := strings.CutPrefix(last.URL, "http://"); ok {
		if listener, err := config.Listen(ctx, "tcp", strings.TrimSuffix(address, hookPath)); err == nil {
			return listener.(*net.TCPListener), nil
		}
	}
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return listener.(*net.TCPListener), nil
}

func (d *demo) recordedReceiver() receiver {
	var hook receiver
	data, err := os.ReadFile(d.handleFile())
	if err != nil || json.Unmarshal(data, &hook) != nil {
		return receiver{}
	}
	return hook
}

// runningReceiver is the recorded receiver if the process with that id really
// is one, else the zero receiver.
func (d *demo) runningReceiver(ctx context.Context) receiver {
	hook := d.recordedReceiver()
	if hook.PID == 0 {
		return receiver{}
	}
	if answer, err := hook.ask(ctx); err != nil || answer.PID != hook.PID {
		return receiver{}
	}
	return hook
}

func (r receiver) ask(ctx context.Context) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return answer{}, err
	}
	response, err := (&http.Client{}).Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	var a answer
	return a, json.NewDecoder(response.Body).Decode(&a)
}

func (r receiver) stop() error {
	if r.PID == 0 {
		return nil
	}
	process, err := os.FindProcess(r.PID)
	if err == nil {
		err = process.Signal(os.Interrupt)
	}
	if err != nil {
		return fmt.Errorf("cannot stop the webhook receiver: %v", err)
	}
	return nil
}

// awaitNotification prints what the receiver has got as soon as there is something.
func (d *demo) awaitNotification(ctx context.Context, hook receiver) error {
	ctx, cancel := context.WithTimeout(ctx, deliveryTimeout)
	defer cancel()
	for {
		answer, err := hook.ask(ctx)
		if err != nil {
			return fmt.Errorf("cannot see the notification: the receiver does not answer: %v", err)
		}
		if len(answer.Received) > 0 {
			fmt.Println(strings.Join(answer.Received, "\n"))
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("cannot see the notification: none arrived in %s", deliveryTimeout)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// receive is the receiver: it prints notifications to out until ctx ends.
func receive(ctx context.Context, socket *os.File, out io.Writer) error {
	listener, err := net.FileListener(socket)
	if err != nil {
		return fmt.Errorf("cannot listen for notifications: %v", err)
	}
	server := &http.Server{Handler: newHook(out), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("cannot listen for notifications: %v", err)
	}
	return nil
}

// newHook accepts notifications by POST and tells them by GET.
func newHook(out io.Writer) http.Handler {
	var (
		mu       sync.Mutex
		received = []string{}
	)
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+hookPath, func(w http.ResponseWriter, r *http.Request) {
		var message template.Data
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxMessage)).Decode(&message); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for _, alert := range message.Alerts {
			line := fmt.Sprintf("%s  %-8s  %s  %s", time.Now().Format(time.TimeOnly),
				alert.Status, alert.Labels["alertname"], alert.Annotations["summary"])
			received = append(received, line)
			fmt.Fprintln(out, line)
		}
	})
	mux.HandleFunc("GET "+hookPath, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer{PID: os.Getpid(), Received: received})
	})
	return mux
}
