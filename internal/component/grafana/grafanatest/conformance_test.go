package grafanatest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
)

// exchange is one recorded request with its answer.
type exchange struct {
	Name    string
	Request struct {
		Method, Path, Auth string
		Body               json.RawMessage
		RawBody            *string `json:"raw_body"`
	}
	Response struct {
		Status      int
		ContentType string `json:"content_type"`
		Body        json.RawMessage
	}
}

const (
	recordedExchanges = 106
	adminPassword     = "adminpw" // the recording sets this one, and goes on with it
	recordedHost      = "127.0.0.1:3333"
	recordedTarget    = "127.0.0.1:9090" // of the data source, where nothing listens
)

// TestConformance replays the recording in order and compares every answer.
func TestConformance(t *testing.T) {
	t.Parallel()
	replay(t, readRecording(t))
}

// TestConformanceUnderOtherNames replays the recording with other uids, so that
// no rule of the double hangs on a recorded one.
func TestConformanceUnderOtherNames(t *testing.T) {
	t.Parallel()
	renamed := strings.NewReplacer(
		"opp-d", "zz_", "opp-team", "crew-", "opp-child", "Child1", "opp-prometheus", "p", "opp-loki", "l-l", "prov-1", "from-file",
	)
	replay(t, []byte(renamed.Replace(string(readRecording(t)))))
}

func readRecording(t *testing.T) []byte {
	t.Helper()
	recording, err := os.ReadFile("testdata/grafana-" + grafanatest.Version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return recording
}

func replay(t *testing.T, recording []byte) {
	t.Helper()
	recording = bytes.ReplaceAll(recording, []byte(recordedTarget), []byte(porttest.Address(t)))
	var recorded struct{ Exchanges []exchange }
	if err := json.Unmarshal(recording, &recorded); err != nil {
		t.Fatal(err)
	}
	if n := len(recorded.Exchanges); n != recordedExchanges {
		t.Fatalf("the recording has %d exchanges, want %d", n, recordedExchanges)
	}
	server, err := grafanatest.New(
		grafanatest.AdminPassword(adminPassword),
		grafanatest.ProvisionedDashboard("p.json", provisionedIn(t, recorded.Exchanges)))
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	defer listening.Close()

	match := newComparison()
	tokens := map[string]string{}
	for i, x := range recorded.Exchanges {
		t.Run(fmt.Sprintf("%03d %s", i, x.Name), func(t *testing.T) {
			response, body := send(t, listening.URL, x, tokens)
			if response.StatusCode != x.Response.Status {
				t.Errorf("status %d, recorded %d", response.StatusCode, x.Response.Status)
			}
			if got := response.Header.Get("Content-Type"); got != x.Response.ContentType {
				t.Errorf("content type %q, recorded %q", got, x.Response.ContentType)
			}
			for _, difference := range match.bodies(x.Response.Body, body) {
				t.Error(difference)
			}
			rememberToken(x.Response.Body, body, tokens)
		})
	}
}

// provisionedIn returns the dashboard that came from a file, as the recording answers it.
func provisionedIn(t *testing.T, exchanges []exchange) []byte {
	t.Helper()
	for _, x := range exchanges {
		if x.Name != "dashboard provisioned get" {
			continue
		}
		var answer struct{ Dashboard json.RawMessage }
		if err := json.Unmarshal(x.Response.Body, &answer); err != nil {
			t.Fatal(err)
		}
		return answer.Dashboard
	}
	t.Fatal("the recording has no provisioned dashboard")
	return nil
}

func send(t *testing.T, address string, x exchange, tokens map[string]string) (*http.Response, []byte) {
	t.Helper()
	body := string(x.Request.Body)
	if x.Request.RawBody != nil {
		body = *x.Request.RawBody
	}
	request, err := http.NewRequestWithContext(t.Context(), x.Request.Method, address+x.Request.Path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = recordedHost
	request.Header.Set("Content-Type", "application/json")
	authenticate(t, request, x, tokens)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, answer
}

// authenticate sends the credentials that the recording names. "token" stands
// for that of the account that the exchange is about.
func authenticate(t *testing.T, request *http.Request, x exchange, tokens map[string]string) {
	t.Helper()
	switch x.Request.Auth {
	case "none":
	case "admin":
		request.SetBasicAuth("admin", adminPassword)
	case "bad-password":
		request.SetBasicAuth("admin", "not "+adminPassword)
	case "bogus-token":
		request.Header.Set("Authorization", "Bearer glsa_bogus")
	case "token":
		name := "<token>"
		if strings.HasPrefix(x.Name, "viewer") {
			name = "<viewer-token>"
		}
		request.Header.Set("Authorization", "Bearer "+tokens[name])
	default:
		t.Fatalf("unknown credentials %q", x.Request.Auth)
	}
}

// rememberToken keeps a new token under the name that it has in the recording.
func rememberToken(recorded, actual []byte, tokens map[string]string) {
	var name, value struct{ Key string }
	if json.Unmarshal(recorded, &name) == nil && json.Unmarshal(actual, &value) == nil && name.Key != "" {
		tokens[name.Key] = value.Key
	}
}
