package alertmanager_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// cluster is several Alertmanagers that know each other.
type cluster struct {
	*testing.T
	nodes     []component.Component
	inputs    []component.Input
	processes []*componenttest.Process

	mu   sync.Mutex
	told map[string]int // alertname → notifications
}

// peerTimeout is how long each waits for those before it in the order to notify:
// longer than one of them may stand still on a busy machine.
const peerTimeout = 6 * time.Second

func startCluster(t *testing.T, replicas int) *cluster {
	t.Helper()
	f := &cluster{T: t, nodes: append([]component.Component{alertmanager.New()}, alertmanager.Replicas()...)[:replicas], told: map[string]int{}}
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var n struct {
			Alerts []struct {
				Labels map[string]string `json:"labels"`
			} `json:"alerts"`
		}
		if json.NewDecoder(r.Body).Decode(&n) == nil {
			f.mu.Lock()
			defer f.mu.Unlock()
			for _, a := range n.Alerts {
				f.told[a.Labels["alertname"]]++
			}
		}
	}))
	t.Cleanup(hook.Close)
	channel := componenttest.Webhook("all")
	channel.Default, channel.Webhook.URL, channel.GroupBy, channel.GroupWait, channel.GroupInterval = true, hook.URL, []string{"..."}, "0s", "1s"
	state := spec.State{Stack: spec.DefaultStack("production"), Channels: []spec.Channel{channel}}
	state.Stack.Alertmanager.Replicas = int64(replicas)
	addresses := map[string]string{}
	for _, c := range f.nodes {
		addresses[c.Name()], addresses[c.Name()+"/cluster"] = porttest.Address(t), porttest.Address(t)
	}
	for _, c := range f.nodes {
		in := componenttest.Input(t, state)
		in.Addresses = addresses
		files := componenttest.Publish(t, c, in)
		f.inputs = append(f.inputs, in)
		f.processes = append(f.processes, componenttest.Start(t, c, in, componenttest.Tool(t, component.Alertmanager, version, "alertmanager"), "--cluster.peer-timeout="+peerTimeout.String()))
		if err := c.Verify(t.Context(), in, files, nil); err != nil {
			t.Fatal(err)
		}
	}
	f.members(replicas, 0)
	return f
}

// members waits until a node knows that many of the cluster, itself included.
func (f *cluster) members(want, node int) {
	f.Helper()
	componenttest.Eventually(f, func() bool {
		answer, err := http.Get("http://" + f.inputs[node].Addresses[f.nodes[node].Name()] + "/api/v2/status")
		if err != nil {
			return false
		}
		defer func() { _ = answer.Body.Close() }()
		var status struct {
			Cluster struct {
				Status string `json:"status"`
				Peers  []any  `json:"peers"`
			} `json:"cluster"`
		}
		return json.NewDecoder(answer.Body).Decode(&status) == nil && status.Cluster.Status == "ready" && len(status.Cluster.Peers) == want
	})
}

// send tells the nodes that run of an alert, as Prometheus does.
func (f *cluster) send(alert string, nodes ...int) {
	f.Helper()
	for _, node := range nodes {
		body := fmt.Sprintf(`[{"labels":{"alertname":%q}}]`, alert)
		answer, err := http.Post("http://"+f.inputs[node].Addresses[f.nodes[node].Name()]+"/api/v2/alerts", "application/json", strings.NewReader(body))
		if err != nil || answer.StatusCode != http.StatusOK {
			f.Fatal(answer, err)
		}
		_ = answer.Body.Close()
	}
}

func (f *cluster) counts() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	counts := map[string]int{}
	for alert, n := range f.told {
		counts[alert] = n
	}
	return counts
}

// Three notify once; when two are killed, the third notifies of what comes, and
// not again of what was told.
func TestFailover(t *testing.T) {
	t.Parallel()
	f := startCluster(t, 3)
	f.send("Before", 0, 1, 2)
	componenttest.Eventually(t, func() bool { return f.counts()["Before"] > 0 })
	// Those behind in the order would have notified by now.
	f.send("Later", 0, 1, 2)
	begin := time.Now()
	componenttest.Eventually(t, func() bool { return f.counts()["Later"] > 0 && time.Since(begin) > 2*peerTimeout+3*time.Second })
	for _, killed := range []int{0, 1} {
		f.processes[killed].Kill()
	}
	f.send("Before", 2)
	f.send("After", 2)
	componenttest.Eventually(t, func() bool { return f.counts()["After"] > 0 })
	if diff := cmp.Diff(map[string]int{"Before": 1, "Later": 1, "After": 1}, f.counts()); diff != "" {
		t.Errorf("notifications (-want +got):\n%s", diff)
	}
}

// A silence of the first is known to all, and drift is told of the one that has it.
func TestReplicas(t *testing.T) {
	t.Parallel()
	f := startCluster(t, 2)
	first := f.nodes[0].(*alertmanager.Component)
	if err := first.Publish(t.Context(), f.inputs[0], nil, silenced("quiet", `alertname="Quiet"`)); err != nil {
		t.Fatal(err)
	}
	componenttest.Eventually(t, func() bool {
		answer, err := http.Get("http://" + f.inputs[1].Addresses["alertmanager-2"] + "/api/v2/silences")
		if err != nil {
			return false
		}
		defer func() { _ = answer.Body.Close() }()
		var all []heldSilence
		return json.NewDecoder(answer.Body).Decode(&all) == nil && len(all) == 1
	})
	files, err := f.nodes[1].Render(f.inputs[1])
	if err != nil {
		t.Fatal(err)
	}
	componenttest.Edit(t, f.inputs[1].ConfigDir+"/alertmanager.yml", "group_wait: 0s", "group_wait: 5s")
	report := componenttest.Observe(t, f.nodes[1], f.inputs[1], files)
	want := []string{"stack production: alertmanager-2: alertmanager.yml was edited by hand, without effect so far"}
	if diff := cmp.Diff(want, componenttest.Sentences(report)); diff != "" {
		t.Error(diff)
	}
	if report.Versions["alertmanager-2"] != version {
		t.Errorf("versions %v", report.Versions)
	}
}
