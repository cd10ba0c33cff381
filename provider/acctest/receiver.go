package acctest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// Notification is what Alertmanager posts to a webhook, as far as tests look at it.
type Notification struct {
	Status   string `json:"status"`
	Receiver string `json:"receiver"`
	Alerts   []struct {
		Status      string            `json:"status"`
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
		// StartsAt is the instant of the evaluation that made the alert fire,
		// however late that is told.
		StartsAt time.Time `json:"startsAt"`
	} `json:"alerts"`
}

// Receiver is a webhook that keeps what it receives.
type Receiver struct {
	URL string

	mu       sync.Mutex
	received []Notification
}

// NewReceiver serves a webhook on loopback until the test ends.
func NewReceiver(t *testing.T) *Receiver {
	t.Helper()
	r := &Receiver{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var n Notification
		if err := json.NewDecoder(request.Body).Decode(&n); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.received = append(r.received, n)
	}))
	t.Cleanup(server.Close)
	r.URL = server.URL + "/hook"
	return r
}

// Received lists all notifications so far.
func (r *Receiver) Received() []Notification {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.received)
}

// Await returns the first notification of that status about that alert.
func (r *Receiver) Await(t *testing.T, status, alert string) Notification {
	t.Helper()
	var found Notification
	Eventually(t, "a notification that "+alert+" is "+status, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, n := range r.received {
			for _, a := range n.Alerts {
				if a.Status == status && a.Labels["alertname"] == alert {
					found = n
					return true
				}
			}
		}
		return false
	})
	return found
}
