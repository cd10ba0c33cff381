package loki

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// day is what one table of the index is about.
const day = 24 * time.Hour

// recentDays are searched in any case: what arrived within the last minutes is
// in no table on disk yet.
const recentDays = 7

// oldestEntries finds, for the retentions of the names, the oldest entry of the
// streams that Loki keeps by them. It looks at a day at a time, because that is
// one table of the index: at what is in it first, and then for the entry.
func (c *Component) oldestEntries(ctx context.Context, in component.Input, names ...string) (map[string]time.Time, error) {
	all, err := rulingsOf(in.State.LogRetentions)
	if err != nil {
		return nil, err
	}
	days, err := indexedDays(in.DataDir, time.Now())
	if err != nil {
		return nil, err
	}
	oldest := map[string]time.Time{}
	for _, start := range days {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { _, found := oldest[name]; return found })
		if len(names) == 0 {
			break
		}
		streams, err := c.streams(ctx, in, start)
		if err != nil {
			return nil, err
		}
		found, err := c.oldestOfDay(ctx, in, kept(all, streams), names, start)
		if err != nil {
			return nil, err
		}
		maps.Copy(oldest, found)
	}
	return oldest, nil
}

// oldestOfDay finds, for every retention of the names, the oldest entry of a day.
func (c *Component) oldestOfDay(
	ctx context.Context, in component.Input, selectors map[string][]string, names []string, start time.Time,
) (map[string]time.Time, error) {
	var mu sync.Mutex
	oldest := map[string]time.Time{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, name := range names {
		for _, selector := range selectors[name] {
			group.Go(func() error {
				first, err := c.firstEntry(ctx, in, selector, start, start.Add(day))
				if err != nil || first.IsZero() {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				if known, ok := oldest[name]; !ok || first.Before(known) {
					oldest[name] = first
				}
				return nil
			})
		}
	}
	return oldest, group.Wait()
}

// indexedDays are the beginnings of the days that may have entries, the oldest first.
func indexedDays(dataDir string, now time.Time) ([]time.Time, error) {
	numbers := map[int64]bool{}
	for i := range recentDays + 1 {
		numbers[now.Unix()/int64(day.Seconds())-int64(i)] = true
	}
	tables, err := os.ReadDir(filepath.Join(dataDir, chunksFolder, "index"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, table := range tables {
		if text, ok := strings.CutPrefix(table.Name(), indexPrefix); ok {
			if number, err := strconv.ParseInt(text, 10, 64); err == nil {
				numbers[number] = true
			}
		}
	}
	var days []time.Time
	for _, number := range slices.Sorted(maps.Keys(numbers)) {
		days = append(days, time.Unix(number*int64(day.Seconds()), 0))
	}
	return days, nil
}

// streams asks for the labels of all streams that have entries on a day.
func (c *Component) streams(ctx context.Context, in component.Input, start time.Time) ([]map[string]string, error) {
	var answer struct {
		Data []map[string]string `json:"data"`
	}
	form := url.Values{"match[]": {"{}"}, "start": {nanoseconds(start)}, "end": {nanoseconds(start.Add(day))}}
	if err := c.probe.PostForm(ctx, address(in), "/loki/api/v1/series", form, &answer); err != nil {
		return nil, err
	}
	for _, stream := range answer.Data {
		delete(stream, timeShardLabel)
	}
	return answer.Data, nil
}

// firstEntry is the time of the first entry; zero if there is none.
func (c *Component) firstEntry(ctx context.Context, in component.Input, selector string, start, end time.Time) (time.Time, error) {
	var answer struct {
		Data struct {
			Result json.RawMessage `json:"result"`
		} `json:"data"`
	}
	form := url.Values{
		"query": {selector}, "start": {nanoseconds(start)}, "end": {nanoseconds(end)}, "limit": {"1"}, "direction": {"forward"},
	}
	if err := c.probe.PostForm(ctx, address(in), "/loki/api/v1/query_range", form, &answer); err != nil {
		return time.Time{}, err
	}
	found, err := entries(answer.Data.Result, "forward")
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return found[0].Time, nil
}
