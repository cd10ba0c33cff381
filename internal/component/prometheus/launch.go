package prometheus

import (
	"path/filepath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// Launch implements component.Component.
func (*Component) Launch(in component.Input) (component.Launch, error) {
	address := in.Addresses[component.Prometheus]
	stack := &in.State.Stack
	args := []string{
		"--config.file=" + filepath.Join(in.ConfigDir, configFile),
		"--storage.tsdb.path=" + in.DataDir,
		"--web.listen-address=" + address,
		"--web.enable-lifecycle",
		// What was pending goes on where it was after a restart, however short
		// its for is and however little of it is left: the steps of escalation
		// count on it.
		"--rules.alert.for-grace-period=0s",
	}
	if since(stack, discoveryInterval) {
		// New targets are scraped at once instead of up to five seconds later.
		args = append(args, "--scrape.discovery-reload-interval=100ms")
	}
	if !since(stack, fileRetention) {
		if time := stack.Prometheus.Retention.Time; time != "" {
			args = append(args, "--storage.tsdb.retention.time="+time)
		}
		if size := stack.Prometheus.Retention.Size; size != "" {
			args = append(args, "--storage.tsdb.retention.size="+size)
		}
	}
	return component.Launch{Args: args, Listen: []string{address}}, nil
}
