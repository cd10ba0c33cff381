// Package component defines what a monitoring component is to the rest: how
// desired state becomes its files and launch spec, and how it is reloaded,
// verified and observed. Components know nothing of engines.
package component

import (
	"context"
	"errors"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// ErrStarting is in the error of a component that answers that it does not serve
// yet: a Prometheus that reads its write-ahead log does so for minutes.
var ErrStarting = errors.New("it is starting")

// Names of the components.
const (
	Prometheus   = "prometheus"
	Alertmanager = "alertmanager"
	NodeExporter = "node_exporter"
	Grafana      = "grafana"
	Loki         = "loki"
	Collector    = "collector"
)

// Input is everything a component may look at.
type Input struct {
	State spec.State
	// Addresses maps every enabled component to the host:port it listens on
	// (ports are resolved), and COMPONENT/NAME for every further port of a
	// Binder. Key "supervisor" is the engine's own metrics address, if it has one.
	Addresses map[string]string
	// ConfigDir is where the component reads its files at run time: the
	// component's folder below the current generation (a path through a
	// symlink that is swapped).
	ConfigDir string
	// LiveDir holds the files marked Live.
	LiveDir string
	// DataDir is the component's own data.
	DataDir string
	// PrivateDir is where the component keeps what it makes itself and nobody
	// else may see, such as a password. It exists, with mode 0700.
	PrivateDir string
	// SecretsDir holds the files that spec.Secret.File names.
	SecretsDir string
	// Binary is the absolute path of the component's executable.
	Binary string
}

// File is one rendered file.
type File struct {
	Data []byte
	// Live files are watched by the component and take effect without a
	// reload; they are published by rename into LiveDir.
	Live bool
}

// Files maps slash-separated relative path to file. Rendering is
// deterministic: the same input gives the same bytes.
type Files map[string]File

// Launch is how the component is started. It must not depend on fragments,
// only on the stack, so that adding a rule never restarts a component.
type Launch struct {
	Args []string
	Env  []string
	// Listen are the host:port pairs the process binds.
	Listen []string
}

// Component is one monitoring component. All methods but Render, Check and
// Launch talk to the running component at Input.Addresses.
type Component interface {
	// Name is one of the constants above.
	Name() string
	// Spec is the component's part of a stack.
	Spec(stack *spec.Stack) *spec.Component
	// Render turns desired state into files.
	Render(in Input) (Files, error)
	// Check parses rendered files with upstream's own parser. The error
	// carries the parser's words.
	Check(in Input, files Files) error
	// Launch tells how to start the component.
	Launch(in Input) (Launch, error)
	// Ready returns nil when the component serves requests, and ErrStarting when
	// it answers that it does not yet.
	Ready(ctx context.Context, in Input) error
	// Reload makes the component read its files again. A refusal is an
	// *api.Error with CodeRefused and the component's words.
	Reload(ctx context.Context, in Input) error
	// Verify returns nil when the running configuration is files. It compares
	// meaning, not text, and asks as little as possible: changed holds the
	// paths that differ from the previous generation; nil means all.
	Verify(ctx context.Context, in Input, files Files, changed []string) error
	// Observe reads the running component and writes what it finds into
	// report. It changes nothing. An error means the component could not be
	// asked.
	Observe(ctx context.Context, in Input, files Files, report *Report) error
}

// Settler is implemented by components in which a verified configuration takes
// effect a little later.
type Settler interface {
	// Settle returns when the object is in effect, or with ctx's error.
	Settle(ctx context.Context, in Input, object spec.Object) error
}

// HangUpReloader is implemented by components that read their files again when
// their process gets SIGHUP. The backend has it sent before it calls Reload,
// which returns when the files are read.
type HangUpReloader interface {
	ReloadsOnHangUp()
}

// Follower is implemented by components that may be given a new configuration
// only when others run theirs, because it relies on them.
type Follower interface {
	// Follows names those components. A stack need not have them.
	Follows() []string
}

// Preparer is implemented by components that need something on disk which is no
// configuration, such as a password that is made once.
type Preparer interface {
	// Prepare makes what is missing. It is called before the component is
	// started, and changes nothing that is there.
	Prepare(in Input) error
}

// Attacher is implemented by components that may also run elsewhere, where they
// are only talked to.
type Attacher interface {
	// Attached is the URL of the component that runs elsewhere, empty if the
	// stack runs its own.
	Attached(stack *spec.Stack) string
	// Detach takes away what the stack put into the component that runs
	// elsewhere. What is gone already is no error.
	Detach(ctx context.Context, in Input) error
}

// Versioned is implemented by components whose flags or files go by the release
// that they are of.
type Versioned interface {
	// VersionOf asks a binary of the component which release it is; empty if it
	// does not tell.
	VersionOf(ctx context.Context, binary string) string
}

// Homer is implemented by components whose Path and artifact is a home
// directory, not an executable.
type Homer interface {
	// Executable is the path of the executable within home.
	Executable(home string) string
}

// Publisher is implemented by components that hold some objects themselves and
// take each of them through their API.
type Publisher interface {
	// Published lists the objects that the component holds in this state,
	// built-in ones included.
	Published(in Input) []spec.Object
	// Publish makes the running component hold next; nil removes. prev is what
	// it was told to hold before, nil for nothing. Doing it again changes
	// nothing. What somebody else did to the object is not overwritten unless
	// the object says so: then the error is an *api.Error with CodeChanged.
	Publish(ctx context.Context, in Input, prev, next spec.Object) error
	Describer
}

// Describer is implemented by components that know what no user writes about
// some objects.
type Describer interface {
	// Describe fills in the fields of an object that only observation can know.
	// Objects that the component knows nothing of are left alone.
	Describe(ctx context.Context, in Input, object spec.Object) error
}

// Forgetter is implemented by components that note on disk how far they are with
// an object.
type Forgetter interface {
	// Forget removes the notes about prev that next has no use for; next is nil
	// if the object is gone. It is called when next is stored for good, so that
	// what is rolled back goes on where it was.
	Forget(in Input, prev, next spec.Object) error
}

// Replica is implemented by components that run the program of another once more.
type Replica interface {
	// Of is the name of the other.
	Of() string
}

// Binder is implemented by components that bind more ports than the one of
// their spec.Component.
type Binder interface {
	// Binds names those ports. The backend picks a free one on the loopback
	// address for each, once, and keeps it; see Input.Addresses.
	Binds() []string
}

// DashboardServer is implemented by the component that shows dashboards.
type DashboardServer interface {
	// Dashboard reads any dashboard by its uid.
	Dashboard(ctx context.Context, in Input, uid string) (api.Dashboard, error)
	// Credentials makes a token that ends by itself after the lifetime.
	Credentials(ctx context.Context, in Input, lifetime time.Duration) (api.GrafanaCredentials, error)
	// Revoke ends a token of Credentials now. Revoking what is gone is no error.
	Revoke(ctx context.Context, in Input, id string) error
}

// LogSearcher is implemented by the component that keeps logs.
type LogSearcher interface {
	// SearchLogs answers a query whose defaults are filled in.
	SearchLogs(ctx context.Context, in Input, query api.LogQuery) (api.LogQueryResult, error)
	// CheckLogQL asks the running component whether it understands an
	// expression. A refusal is an *api.Error with CodeInvalid, the field "expr"
	// and the component's words; any other error means it could not be asked.
	CheckLogQL(ctx context.Context, in Input, expr string) error
}

// Report collects what components observe. The backend fills it with the
// desired values first; a component overwrites what differs in meaning.
type Report struct {
	// Observed is a copy of the desired state; components write running values into it.
	Observed spec.State
	// Drift maps object to sentences; a component appends. Use AddDrift.
	Drift map[ObjectKey][]string
	// Counters for the stack's status.
	TargetsUp, Targets, Rules, AlertsFiring int
	// Versions maps component to the version it reports.
	Versions map[string]string
}

// ObjectKey identifies an object within its stack.
type ObjectKey struct {
	Kind spec.Kind
	Name string
}

// AddDrift notes a sentence about an object. Drift that belongs to no fragment
// goes to the stack itself.
func (r *Report) AddDrift(kind spec.Kind, name, sentence string) {
	key := ObjectKey{Kind: kind, Name: name}
	r.Drift[key] = append(r.Drift[key], sentence)
}

// Alerter is implemented by components that know about alerts.
type Alerter interface {
	// Alerts lists the alerts that all matchers (Alertmanager syntax) match.
	Alerts(ctx context.Context, in Input, matchers []string) ([]api.Alert, error)
}

// Router is implemented by the component that decides who is notified.
type Router interface {
	// Routing tells whom an alert would reach by the desired state. It needs the
	// running component only for what depends on other alerts, and warns where
	// that cannot be asked.
	Routing(ctx context.Context, in Input, query api.RoutingQuery) (api.RoutingResult, error)
}

// Querier is implemented by components that answer PromQL.
type Querier interface {
	// Query evaluates an instant query now.
	Query(ctx context.Context, in Input, query string) (api.QueryResult, error)
}
