package main

import (
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// routeCount is how many routes, and as many channels, are measured;
// policyCount how many escalation policies.
const (
	routeCount  = 200
	policyCount = 50
)

const routingConfig = ofProvider + `
resource "opp_monitoring_stack" "main" {
  name          = "bench-routing"
  prometheus    = { port = 0 }
  alertmanager  = { port = 0 }
  node_exporter = { enabled = false }
}

resource "opp_notification_channel" "c" {
  count   = %[1]d
  stack   = opp_monitoring_stack.main.name
  name    = "c-${count.index}"
  webhook = { url = "http://127.0.0.1:9/${count.index}" }
}

resource "opp_route" "r" {
  count    = %[1]d
  stack    = opp_monitoring_stack.main.name
  name     = "r-${count.index}"
  channel  = opp_notification_channel.c[count.index].name
  matchers = ["service=~\"s${count.index}|x${count.index}\"", "severity!=\"info\""]
}

resource "opp_escalation_policy" "p" {
  count    = %[2]d
  stack    = opp_monitoring_stack.main.name
  name     = "p-${count.index}"
  matchers = ["service=\"s${count.index}\""]
  step     = [{ after = "15m", channels = [opp_notification_channel.c[count.index].name] }]
}
`

// routing measures what a plan checks of a large routing tree, and how many
// configurations Alertmanager loads until it runs.
func (b *bench) routing(report table.Writer) error {
	took, err := fastest(checkRouting)
	if err != nil {
		return err
	}
	report.AppendRow(table.Row{
		fmt.Sprintf("checking a plan of %d routes, %[1]d channels and %d policies", routeCount, policyCount),
		fmt.Sprintf("%d ms", took.Milliseconds()), "", "", "≤ 300 ms", verdict(took <= 300*time.Millisecond),
	})
	const stack = "bench-routing"
	w := b.workspace("routing", fmt.Sprintf(routingConfig, routeCount, policyCount))
	applied, err := timed(func() error { return w.terraform("apply") })
	if err != nil {
		return err
	}
	batches, err := b.generation(stack)
	if err != nil {
		return err
	}
	loads, err := b.logged(stack, "alertmanager", loaded)
	if err != nil {
		return err
	}
	report.AppendRow(table.Row{fmt.Sprintf("apply of %d routes, %[1]d channels and %d policies", routeCount, policyCount), seconds(applied), "", "", "", ""})
	perBatch(report, "configurations that Alertmanager loaded against batches of writes", loads, batches)
	return w.terraform("destroy")
}

// checkRouting is what planning every object costs: each by itself, each beside
// those before it, and in the end all of them together.
func checkRouting() error {
	state := spec.State{Stack: spec.DefaultStack("bench")}
	var objects []spec.Object
	for i := range routeCount {
		channel := fmt.Sprintf("c%d", i)
		objects = append(objects,
			&spec.Channel{Stack: "bench", Name: channel, Webhook: &spec.Webhook{URL: "http://127.0.0.1:9/"}},
			&spec.Route{Stack: "bench", Name: fmt.Sprintf("r%d", i), Channel: channel, Matchers: []string{fmt.Sprintf(`service=~"s%d|x%[1]d"`, i), `severity!="info"`}})
	}
	for i := range policyCount {
		objects = append(objects, &spec.EscalationPolicy{
			Stack: "bench", Name: fmt.Sprintf("p%d", i), Matchers: []string{fmt.Sprintf(`service="s%d"`, i)},
			Steps: []spec.EscalationStep{{After: "15m", Channels: []string{fmt.Sprintf("c%d", i)}}},
		})
	}
	var set spec.RouteSet
	for _, o := range objects {
		spec.WithDefaults(o)
		if errs := append(o.Validate(), set.Add(o)...); len(errs) > 0 {
			return errs
		}
		state.Add(o)
	}
	state.Sort()
	if problems := append(state.Validate(), state.Unreachable()...); len(problems) > 0 {
		return problems[0].Field
	}
	return nil
}
