package alertmanager

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	upstream "github.com/prometheus/alertmanager/config"
	"go.yaml.in/yaml/v3"
)

const (
	sendResolved = "send_resolved"
	// defaultSeverity is what Alertmanager fills in for PagerDuty when it first notifies.
	defaultSeverity = "error"
)

// integrations are those of one receiver as Alertmanager prints them: by key
// such as slack_configs, every default filled in, every secret hidden.
type integrations map[string][]map[string]any

// String tells how many there are of which kind.
func (i integrations) String() string {
	if len(i) == 0 {
		return "none"
	}
	var counts []string
	for _, key := range slices.Sorted(maps.Keys(i)) {
		counts = append(counts, fmt.Sprintf("%d %s", len(i[key]), key))
	}
	return strings.Join(counts, ", ")
}

// printReceivers are the receivers of a configuration by name.
func printReceivers(cfg *upstream.Config) (map[string]integrations, error) {
	var text struct {
		Receivers []map[string]any `yaml:"receivers"`
	}
	if err := yaml.Unmarshal([]byte(cfg.String()), &text); err != nil {
		return nil, err
	}
	receivers := make(map[string]integrations, len(text.Receivers))
	for i, r := range text.Receivers {
		found := integrations{}
		for key, value := range r {
			list, _ := value.([]any)
			for _, one := range list {
				if integration, ok := one.(map[string]any); ok {
					found[key] = append(found[key], integration)
				}
			}
		}
		found.settle(&cfg.Receivers[i])
		receivers[cfg.Receivers[i].Name] = found
	}
	return receivers, nil
}

// settle evens out what Alertmanager fills in later than when it reads its
// configuration, and shows the URLs of webhooks, which are no secrets here.
func (i integrations) settle(from *upstream.Receiver) {
	for n, webhook := range i["webhook_configs"] {
		if url := from.WebhookConfigs[n].URL; url != "" {
			webhook["url"] = string(url)
		}
	}
	for _, pager := range i["pagerduty_configs"] {
		if pager["severity"] == nil {
			pager["severity"] = defaultSeverity
		}
		forget(pager, "details", upstream.DefaultPagerdutyDetails)
	}
	for _, slack := range i["slack_configs"] {
		forgetApp(slack)
	}
	for _, mail := range i["email_configs"] {
		forget(mail, "headers", map[string]any{"From": mail["from"], "To": mail["to"], "Subject": upstream.DefaultEmailSubject})
	}
}

// forget removes from a field of an integration the entries that Alertmanager
// adds itself.
func forget(integration map[string]any, field string, added map[string]any) {
	entries, _ := integration[field].(map[string]any)
	maps.DeleteFunc(entries, func(name string, value any) bool { return added[name] == value })
	if len(entries) == 0 {
		delete(integration, field)
	}
}

// forgetApp removes what Alertmanager derives from the token of a Slack app. It
// prints it, but does not read it beside the token.
func forgetApp(slack map[string]any) {
	if slack["app_token"] == nil && slack["app_token_file"] == nil {
		return
	}
	delete(slack, "api_url")
	if client, ok := slack["http_config"].(map[string]any); ok {
		delete(client, "authorization")
	}
}

// readable is a printed configuration as Alertmanager would read it.
func readable(text string) (string, error) {
	var document map[string]any
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return "", err
	}
	receivers, _ := document["receivers"].([]any)
	for _, r := range receivers {
		receiver, _ := r.(map[string]any)
		slacks, _ := receiver["slack_configs"].([]any)
		for _, s := range slacks {
			if slack, ok := s.(map[string]any); ok {
				forgetApp(slack)
			}
		}
	}
	again, err := yaml.Marshal(document)
	return string(again), err
}
