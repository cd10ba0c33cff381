package controlplane_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

// withLogs is a fixture whose stack has Loki and a collector.
func withLogs(t *testing.T) fixture {
	t.Helper()
	f := newFixture(t)
	stack := spec.DefaultStack("production")
	stack.Loki.Enabled, stack.Collector.Enabled = true, true
	f.mustPut(t, &stack, api.PutCreate)
	return f
}

func keep(name, period string) *spec.LogRetention {
	return &spec.LogRetention{Stack: "production", Name: name, Selector: `{service="audit"}`, Period: period}
}

func TestConflictingRetentionsAreAccepted(t *testing.T) {
	f := withLogs(t)
	if result := f.mustPut(t, keep("a", "7d"), api.PutCreate); len(result.Warnings) > 0 {
		t.Errorf("warnings = %q, want none", result.Warnings)
	}
	result := f.mustPut(t, keep("b", "90d"), api.PutCreate)
	if len(result.Warnings) != 1 || !strings.HasPrefix(result.Warnings[0], `Log retention "b" of stack "production": it may select the same streams as "a"`) || !strings.HasSuffix(result.Warnings[0], ".") {
		t.Errorf("warnings = %q", result.Warnings)
	}
	if result := f.mustPut(t, rule("down"), api.PutCreate); len(result.Warnings) > 0 {
		t.Errorf("another object is warned of: %q", result.Warnings)
	}
}

// What only observation knows is neither compared nor part of what was wanted.
func TestObservedRetentionIsAdopted(t *testing.T) {
	f := withLogs(t)
	f.mustPut(t, keep("a", "7d"), api.PutCreate)
	seen, yes := keep("a", "7d"), true
	seen.Effective, seen.OldestEntry = &yes, "2026-01-31T12:00:00Z"
	if result := f.mustPut(t, seen, api.PutCreate); !result.Adopted {
		t.Error("the same content was not adopted")
	}
}

func TestSourcesOfRulesShareNoGroup(t *testing.T) {
	f := withLogs(t)
	metrics, logs := rule("metrics"), rule("logs")
	metrics.GroupInterval = "1m"
	logs.Source, logs.Expr, logs.GroupInterval = spec.SourceLogs, `rate({a="b"}[1m]) > 1`, "1m"
	f.mustPut(t, metrics, api.PutCreate)
	f.mustPut(t, logs, api.PutCreate)
	metrics = rule("metrics")
	metrics.GroupInterval = "2m"
	f.mustPut(t, metrics, api.PutUpdate)
	got, err := f.Get(context.Background(), spec.KindAlertRule, "production", "logs")
	if err != nil {
		t.Fatal(err)
	}
	if interval := got.(*spec.AlertRule).GroupInterval; interval != "1m" {
		t.Errorf("the rule over logs followed to %q", interval)
	}
}

func TestLogsOfNoStack(t *testing.T) {
	f := newFixture(t)
	if _, err := f.SearchLogs(context.Background(), "nowhere", api.LogQuery{}); code(err) != api.CodeNotFound {
		t.Errorf("error = %v", err)
	}
	if err := f.CheckLogQL(context.Background(), "nowhere", "x"); code(err) != api.CodeNotFound {
		t.Errorf("error = %v", err)
	}
}

// A stack that an earlier version wrote goes on with the defaults of what is new.
func TestDocumentsOfEarlierVersions(t *testing.T) {
	f := withStack(t)
	f.mustPut(t, rule("down"), api.PutCreate)
	for _, name := range []string{"production", "down"} {
		kind := spec.KindStack
		if name == "down" {
			kind = spec.KindAlertRule
		}
		rewrite(t, f.store, store.Key{Stack: "production", Kind: string(kind), Name: name}, "loki", "collector", "source")
	}
	o, err := f.Observe(context.Background(), "production")
	if err != nil {
		t.Fatal(err)
	}
	if got := o.Stack.Desired.Loki; got.Version != spec.DefaultStack("").Loki.Version || got.Retention == "" || got.Enabled {
		t.Errorf("loki = %+v", got)
	}
	if result := f.mustPut(t, rule("down"), api.PutCreate); !result.Adopted || result.Record.Desired.(*spec.AlertRule).Source != spec.SourceMetrics {
		t.Errorf("rule = %+v, adopted %v", result.Record.Desired, result.Adopted)
	}
}

// rewrite removes fields from a document.
func rewrite(t *testing.T, s store.Store, key store.Key, fields ...string) {
	t.Helper()
	document, err := s.Get(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	var content map[string]any
	if err := json.Unmarshal(document.Body, &content); err != nil {
		t.Fatal(err)
	}
	for _, field := range fields {
		delete(content, field)
	}
	body, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(context.Background(), store.Change{Key: key, Body: body, IfRevision: store.AnyRevision}); err != nil {
		t.Fatal(err)
	}
}
