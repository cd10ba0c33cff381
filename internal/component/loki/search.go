package loki

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// searchTimeout bounds one search; Loki gives up after a minute itself.
const searchTimeout = 70 * time.Second

// timeShardLabel is what Loki adds to streams of entries that arrived late.
const timeShardLabel = "__time_shard__"

// found answers a query.
type found struct {
	Data struct {
		Type   string          `json:"resultType"`
		Result json.RawMessage `json:"result"`
	} `json:"data"`
	Warnings []string `json:"warnings"`
}

// stream is a set of entries with the same labels; an entry is its time in
// nanoseconds and its line.
type stream struct {
	Labels  map[string]string `json:"stream"`
	Entries [][2]string       `json:"values"`
}

// sample is a value of a metric; its time is in seconds.
type sample struct {
	Labels map[string]string `json:"metric"`
	Value  [2]any            `json:"value"`
}

// SearchLogs implements component.LogSearcher.
func (c *Component) SearchLogs(ctx context.Context, in component.Input, query api.LogQuery) (api.LogQueryResult, error) {
	start, end := query.Range(time.Now())
	path, form := "/loki/api/v1/query", url.Values{"query": {query.Query}, "time": {nanoseconds(end)}}
	if spec.SelectsLogs(query.Query) {
		path = "/loki/api/v1/query_range"
		form = url.Values{
			"query": {query.Query}, "start": {nanoseconds(start)}, "end": {nanoseconds(end)},
			"limit": {strconv.Itoa(query.Limit)}, "direction": {query.Direction},
		}
	}
	var answer found
	err := c.search.PostForm(ctx, address(in), path, form, &answer)
	if words := refusal(err); words != "" {
		return api.LogQueryResult{}, &api.Error{Code: api.CodeInvalid, Message: fmt.Sprintf("cannot search logs with %q: %s", query.Query, words)}
	}
	if err != nil {
		return api.LogQueryResult{}, probe.Unavailable("search logs", err)
	}
	result := api.LogQueryResult{Entries: []api.LogEntry{}, Vector: []api.Sample{}, Warnings: answer.Warnings}
	switch answer.Data.Type {
	case "streams":
		result.Entries, err = entries(answer.Data.Result, query.Direction)
	case "vector":
		result.Vector, err = vector(answer.Data.Result)
	case "scalar":
		result.Vector, err = scalar(answer.Data.Result)
	default:
		err = fmt.Errorf("the answer is a %s", answer.Data.Type)
	}
	if err != nil {
		return api.LogQueryResult{}, fmt.Errorf("cannot search logs with %q: %w", query.Query, err)
	}
	return result, nil
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

// entries brings the entries of all streams into the order of the query.
func entries(result json.RawMessage, direction string) ([]api.LogEntry, error) {
	var streams []stream
	if err := json.Unmarshal(result, &streams); err != nil {
		return nil, err
	}
	all := []api.LogEntry{}
	for _, s := range streams {
		delete(s.Labels, timeShardLabel)
		for _, e := range s.Entries {
			ns, err := strconv.ParseInt(e[0], 10, 64)
			if err != nil {
				return nil, err
			}
			all = append(all, api.LogEntry{Time: time.Unix(0, ns).UTC(), Line: e[1], Labels: s.Labels})
		}
	}
	slices.SortStableFunc(all, func(a, b api.LogEntry) int {
		if direction == api.LogsForward {
			return a.Time.Compare(b.Time)
		}
		return b.Time.Compare(a.Time)
	})
	return all, nil
}

func vector(result json.RawMessage) ([]api.Sample, error) {
	var samples []sample
	if err := json.Unmarshal(result, &samples); err != nil {
		return nil, err
	}
	all := make([]api.Sample, len(samples))
	for i, s := range samples {
		var err error
		if all[i], err = asSample(s.Labels, s.Value); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func scalar(result json.RawMessage) ([]api.Sample, error) {
	var value [2]any
	if err := json.Unmarshal(result, &value); err != nil {
		return nil, err
	}
	one, err := asSample(map[string]string{}, value)
	return []api.Sample{one}, err
}

func asSample(labels map[string]string, value [2]any) (api.Sample, error) {
	seconds, isTime := value[0].(float64)
	text, isText := value[1].(string)
	if !isTime || !isText {
		return api.Sample{}, fmt.Errorf("%v is not a sample", value)
	}
	return api.Sample{Labels: labels, Value: text, Time: time.UnixMilli(int64(seconds * 1000)).UTC()}, nil
}
