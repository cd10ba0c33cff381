// Package dashboard understands the classic JSON model of Grafana dashboards:
// when two documents mean the same ([Equal], [Canonical]), what differs in a
// colleague's words ([Diff], [Summarize]), and what Grafana or Prometheus would
// stumble over ([Lint]).
//
// It needs no network and no Grafana, and imports nothing else of this module.
//
// What counts as the same was decided by what Grafana does. Its API stores a
// dashboard as it is sent and adds id, uid and version; everything else, such
// as panel ids, plugin versions or the built-in annotation, is added by the
// editor in the browser when somebody presses save.
package dashboard
