package loki

import (
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
)

// section is a part of loki.yml. Keys are written in order.
type section map[string]any

// What retention is made of, in Loki's own words; see lateness.
const (
	indexPeriod        = "24h"
	indexPrefix        = "index_"
	chunksFolder       = "chunks"
	deleteRequestStore = "filesystem"
	compactionInterval = "10m"
)

// pollInterval is how often Loki looks for new limits and rules.
const pollInterval = "500ms"

// wantedConfig is what loki.yml says. It depends on the stack alone.
func wantedConfig(in component.Input) (section, error) {
	httpHost, httpPort, err := hostPort(address(in))
	if err != nil {
		return nil, err
	}
	grpcHost, grpcPort, err := hostPort(in.Addresses[component.Loki+"/"+grpcPort])
	if err != nil {
		return nil, err
	}
	if strings.Contains(in.ConfigDir, ",") {
		return nil, fmt.Errorf("cannot keep files in %q: Loki takes the comma for the end of a path", in.ConfigDir)
	}
	data := func(name string) string { return filepath.Join(in.DataDir, name) }
	return section{
		"auth_enabled": false,
		"target":       "all",
		"analytics":    section{"reporting_enabled": false},
		"server": section{
			"http_listen_address": httpHost, "http_listen_port": httpPort,
			"grpc_listen_address": grpcHost, "grpc_listen_port": grpcPort,
			// Every query and every evaluation of a rule is a line at info.
			"log_level": "warn",
			// A push is handed on as one message, which may be larger than the 4 MB by default.
			"grpc_server_max_recv_msg_size": maxMessage, "grpc_server_max_send_msg_size": maxMessage,
		},
		"common": section{
			"path_prefix":        in.DataDir,
			"instance_addr":      grpcHost,
			"replication_factor": 1,
			"ring":               section{"instance_addr": grpcHost, "kvstore": section{"store": "inmemory"}},
			"storage":            section{"filesystem": section{"chunks_directory": data(chunksFolder), "rules_directory": data("rules")}},
		},
		"schema_config": section{"configs": []section{{
			// Loki keeps nothing that is older than this.
			"from":  "1970-01-01",
			"store": "tsdb", "object_store": "filesystem", "schema": "v13",
			"index": section{"prefix": indexPrefix, "period": indexPeriod},
		}}},
		"runtime_config": section{"file": filepath.Join(in.ConfigDir, limitsFile), "period": pollInterval},
		"limits_config":  commonLimits(),
		// All limits can be read back, not only those that are of use to Grafana.
		"tenant_limits_allow_publish": []string{},
		"ingester": section{
			// Alone, it need not wait for others to find it.
			"lifecycler": section{"min_ready_duration": "0s"},
			// Entries that arrive late are found at once, not when they are on disk.
			"query_store_max_look_back_period": "-1ns",
			"wal":                              section{"dir": data("wal"), "replay_memory_ceiling": "64MB"},
			// A chunk that is full leaves memory at once: the fields of its entries
			// take several times the place of the chunk.
			"flush_check_period": "1s",
		},
		// Queries go straight to the one querier there is: a scheduler between
		// them would be looked for every ten seconds only.
		"frontend_worker": section{"frontend_address": net.JoinHostPort(grpcHost, strconv.Itoa(grpcPort))},
		"query_range": section{
			"results_cache": section{"cache": smallCache},
			// Answers about what is older than a day, or some minutes, would be
			// kept, and what arrives late would not be in them. To look again is cheap.
			"cache_series_results": false, "cache_label_results": false,
			"cache_volume_results": false, "cache_index_stats_results": false,
		},
		"chunk_store_config": section{
			"chunk_cache_config": smallCache,
		},
		"compactor": section{
			"working_directory":             data("compactor"),
			"compaction_interval":           compactionInterval,
			"retention_enabled":             true,
			"delete_request_store":          deleteRequestStore,
			"retention_delete_worker_count": 10,
		},
		"ruler": rulerConfig(in),
	}, nil
}

// maxMessage is the size of the largest message between the parts of Loki, in bytes.
const maxMessage = 16 << 20

// smallCache keeps Loki's several caches, of 100 MB each by default, within the
// memory that a stack gives it.
var smallCache = section{"embedded_cache": section{"enabled": true, "max_size_mb": 8}}

// commonLimits are the limits that no fragment changes.
func commonLimits() section {
	return section{
		// No labels but those of the log sources.
		"discover_service_name": []string{},
		// The severity that the collector found is the level of an entry, whatever
		// else is in it; the rest is Loki's own list.
		"log_level_fields": []string{
			"severity_text", "level", "LEVEL", "Level", "log.level", "severity", "SEVERITY", "Severity", "SeverityText", "lvl", "LVL", "Lvl",
		},
		// Nobody is kept from sending by others, and what is too much for Loki
		// has to wait in the collector's queue.
		"ingestion_rate_mb": 32, "ingestion_burst_size_mb": 64,
		"per_stream_rate_limit": "32MB", "per_stream_rate_limit_burst": "64MB",
		// Entries that are older than others of their stream are taken, too:
		// each hour of them is a stream of its own.
		"shard_streams": section{"time_sharding_enabled": true},
		// Each takes about 5 KB. What begins one too many comes again until another
		// one ends, with all that is sent along; logs of a year have 8760 hours.
		"max_global_streams_per_user": 20_000,
		// Long lines are cut, not thrown away, and may have any number of fields.
		"max_line_size": "1MB", "max_line_size_truncate": true,
		"max_structured_metadata_size": "1MB", "max_structured_metadata_entries_count": 0,
		// What is kept for years can be searched in one query, which is not cut
		// into one for every hour. More than that is a mistake, and expensive:
		// every day is looked for.
		"max_query_length": "5y", "max_query_range": "5y",
		"split_queries_by_interval": "0s", "split_instant_metric_queries_by_interval": "0s",
		"max_query_parallelism": 4, "tsdb_max_query_parallelism": 4,
	}
}

// rulerConfig makes Loki evaluate the rule files and tell the stack's Alertmanager.
func rulerConfig(in component.Input) section {
	stack := &in.State.Stack
	ruler := section{
		// A folder's name is the tenant whose rules are in it.
		"storage":       section{"type": "local", "local": section{"directory": in.ConfigDir}},
		"rule_path":     filepath.Join(in.DataDir, "ruler"),
		"wal":           section{"dir": filepath.Join(in.DataDir, "ruler-wal")},
		"poll_interval": pollInterval,
		"external_url":  "http://" + probe.Reachable(address(in)),
	}
	if labels := stack.Prometheus.ExternalLabels; len(labels) > 0 {
		// Routes match on these labels, whoever the alert comes from.
		ruler["external_labels"] = labels
	}
	var urls []string
	for _, address := range in.Alertmanagers() {
		urls = append(urls, "http://"+probe.Reachable(address))
	}
	if len(urls) > 0 {
		ruler["alertmanager_url"] = strings.Join(urls, ",")
	}
	// Alerts link to the entries they are about.
	for _, url := range []string{stack.Grafana.RootURL, stack.Grafana.URL, "http://" + probe.Reachable(in.Addresses[component.Grafana])} {
		if stack.Grafana.Enabled && url != "" {
			ruler["external_url"], ruler["datasource_uid"] = strings.TrimSuffix(url, "/"), component.Loki
			break
		}
	}
	return ruler
}

func hostPort(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil {
		return "", 0, fmt.Errorf("cannot listen on %q: %w", address, err)
	}
	return host, port, nil
}
