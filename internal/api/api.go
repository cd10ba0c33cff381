// Package api is what client and server of the control plane share: paths,
// bodies and errors. It imports nothing of this module but spec.
package api

import (
	"net/url"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Paths of the API, as net/http patterns. Objects other than stacks live at
// /v1/stacks/{stack}/{kind}/{name}.
const (
	PathStacks      = "/v1/stacks"
	PathStack       = "/v1/stacks/{stack}"
	PathObject      = "/v1/stacks/{stack}/objects/{kind}/{name}"
	PathObservation = "/v1/stacks/{stack}/observation"
	PathAlerts      = "/v1/stacks/{stack}/alerts"
	PathQuery       = "/v1/stacks/{stack}/query"
	// PathHealth answers 204 to everyone, for load balancers and service managers.
	PathHealth = "/v1/health"
)

// MaxBody is the largest request body in bytes. Client and server both refuse more.
const MaxBody = 8 << 20

// StackURL is the path of one stack.
func StackURL(stack string) string { return PathStacks + "/" + segment(stack) }

// ObjectURL is the path of one object of a stack; for a stack, the stack's own.
func ObjectURL(kind spec.Kind, stack, name string) string {
	if kind == spec.KindStack {
		return StackURL(stack)
	}
	return StackURL(stack) + "/objects/" + segment(string(kind)) + "/" + segment(name)
}

// ObservationURL is the path of a stack's observation.
func ObservationURL(stack string) string { return StackURL(stack) + "/observation" }

// AlertsURL is the path of a stack's alerts.
func AlertsURL(stack string) string { return StackURL(stack) + "/alerts" }

// QueryURL is the path of a stack's instant queries.
func QueryURL(stack string) string { return StackURL(stack) + "/query" }

// segment escapes a name into one path segment. "." and ".." are escaped too:
// servers and proxies would resolve them.
func segment(name string) string {
	if name == "." || name == ".." {
		return strings.ReplaceAll(name, ".", "%2E")
	}
	return url.PathEscape(name)
}

// PutMode says what a write expects to find.
type PutMode string

// The modes of a write.
const (
	// PutCreate fails with CodeConflict if an object of that name exists with
	// other content; the same content is adopted (PutResult.Adopted).
	PutCreate PutMode = "create"
	// PutUpdate fails with CodeNotFound if there is no such object.
	PutUpdate PutMode = "update"
)

// PutResult answers a write that is verified running.
type PutResult[T any] struct {
	// Record is the object as observed after the write.
	Record Record[T] `json:"record"`
	// Adopted is set when the object existed already with the same content.
	Adopted bool `json:"adopted,omitempty"`
	// Status is set for stacks.
	Status *StackStatus `json:"status,omitempty"`
	// Warnings are sentences for the user.
	Warnings []string `json:"warnings,omitempty"`
}

// DeleteResult answers a deletion.
type DeleteResult struct {
	// Warnings are sentences for the user: what is still in use stays until
	// nobody refers to it.
	Warnings []string `json:"warnings,omitempty"`
}

// Record is an object as wanted and as it runs.
type Record[T any] struct {
	// Desired is what was last written. Secrets carry no values.
	Desired T `json:"desired"`
	// Observed has the value that runs in every field where it differs in
	// meaning from Desired, and Desired's text everywhere else.
	Observed T `json:"observed"`
	// Drift says, a sentence each, what no field can show. Never nil.
	Drift    []string `json:"drift"`
	Revision uint64   `json:"revision"`
}

// Observation is everything known about a running stack, in one answer.
type Observation struct {
	Stack  Record[spec.Stack] `json:"stack"`
	Status StackStatus        `json:"status"`
	// Objects are all fragments of the stack.
	Objects Records `json:"objects"`
	// Warnings name the components that could not be asked; what they run is
	// then given as desired.
	Warnings []string `json:"warnings,omitempty"`
	// Remarks are sentences about the stack's objects among each other, which
	// belong to none of them.
	Remarks []string `json:"remarks,omitempty"`
}

// Values of StackStatus.Status and ComponentStatus.Status.
const (
	StatusHealthy    = "healthy"
	StatusUnhealthy  = "unhealthy"
	StatusRestarting = "restarting"
	StatusStopped    = "stopped"
)

// StackStatus is how a stack's components are.
type StackStatus struct {
	// Status is StatusHealthy when every enabled component is.
	Status string `json:"status"`
	// Endpoints maps component to its base URL.
	Endpoints map[string]string `json:"endpoints"`
	// Components maps component to its status; enabled ones only.
	Components map[string]ComponentStatus `json:"components"`
	// TargetsUp of Targets scrape targets answer; -1 when Prometheus could not be asked.
	TargetsUp    int `json:"targets_up"`
	Targets      int `json:"targets"`
	Rules        int `json:"rules"`
	AlertsFiring int `json:"alerts_firing"`
}

// ComponentStatus is how one component is.
type ComponentStatus struct {
	Version string `json:"version"`
	Status  string `json:"status"`
	// MemoryLimit in bytes; 0 for none.
	MemoryLimit int64 `json:"memory_limit"`
	// MemoryLimitKind is cgroup2, cgroup1, soft (GOMEMLIMIT) or none.
	MemoryLimitKind string `json:"memory_limit_kind"`
	// MemoryUsed in bytes, 0 when unknown.
	MemoryUsed int64 `json:"memory_used"`
}

// StackList answers GET PathStacks.
type StackList struct {
	Stacks []string `json:"stacks"`
}

// Alert is one alert as Alertmanager (or, without one, Prometheus) has it.
type Alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	// State is active, suppressed, unprocessed (Alertmanager's words) or pending.
	State string `json:"state"`
	// Since is when it began to fire (or, pending, to hold).
	Since time.Time `json:"since"`
}

// AlertList answers GET PathAlerts; query parameter matcher may repeat.
type AlertList struct {
	Alerts []Alert `json:"alerts"`
}

// Sample is one element of an instant vector.
type Sample struct {
	Labels map[string]string `json:"labels"`
	// Value keeps Prometheus' text form, so that NaN and +Inf survive JSON.
	Value string    `json:"value"`
	Time  time.Time `json:"time"`
}

// QueryResult answers GET PathQuery?query=PROMQL. A scalar is one sample without labels.
type QueryResult struct {
	Vector   []Sample `json:"vector"`
	Warnings []string `json:"warnings,omitempty"`
}
