package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

const logStackConfig = ofProvider + `
resource "opp_monitoring_stack" "main" {
  name          = "bench-logs"
  prometheus    = { port = 0 }
  alertmanager  = { port = 0 }
  node_exporter = { port = 0 }
  loki          = { port = 0 }
  collector     = { port = 0 }
}

resource "opp_log_source" "bench" {
  stack  = opp_monitoring_stack.main.name
  name   = "bench"
  files  = { include = [%q], start_at = "beginning" }
  labels = { service = "bench" }
  parse  = { format = "json", timestamp = { field = "ts", layout = "ns" }, severity = { field = "level" } }
}
`

const logObjectsConfig = ofProvider + `
resource "opp_log_source" "s" {
  count  = %[1]d
  stack  = "bench-logs"
  name   = "source-${count.index}"
  files  = { include = ["/nonexistent/${count.index}/*.log"] }
  labels = { service = "service-${count.index}" }
  parse  = { format = "json", severity = { field = "level" } }
  samples = [{ line = "{\"level\":\"error\"}", expect = { severity = "error" } }]
}

resource "opp_log_retention" "r" {
  count    = %[1]d
  stack    = "bench-logs"
  name     = "retention-${count.index}"
  selector = "{service=\"service-${count.index}\"}"
  period   = "${count.index + 2}d"
}
`

const (
	logLines       = 300_000
	logObjectCount = 100
)

// logs measures how fast lines become findable, and what many objects cost.
func (b *bench) logs(report table.Writer) error {
	file := filepath.Join(b.root, "bench.log")
	stack := b.workspace("log-stack", fmt.Sprintf(logStackConfig, file))
	if err := stack.terraform("apply"); err != nil {
		return err
	}
	defer func() {
		if err := stack.terraform("destroy"); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	if err := b.lines(report, file, logLines); err != nil {
		return err
	}
	return b.logObjects(report, logObjectCount)
}

// lines writes lines as fast as the disk takes them, waits until Loki finds all
// of them, and looks at each.
func (b *bench) lines(report table.Writer, file string, count int) error {
	loki, err := b.unit("bench-logs/loki")
	if err != nil {
		return err
	}
	collector, err := b.unit("bench-logs/collector")
	if err != nil {
		return err
	}
	search := lokiSearch{"http://" + loki.Unit.Listen[0]}
	memory := map[string]func() int64{"Loki": watchPeak(ownMemory, only(loki.PID)), "the collector": watchPeak(ownMemory, only(collector.PID))}
	first := time.Now().Add(-10 * time.Minute)
	began := time.Now()
	if err := writeLines(file, count, first); err != nil {
		return err
	}
	search.await(count)
	took := time.Since(began)
	report.AppendRow(table.Row{fmt.Sprintf("lines per second from file to findable, of %d", count), fmt.Sprintf("%.0f", float64(count)/took.Seconds()), "", "", "", ""})
	for _, of := range []struct {
		name string
		unit engine.Status
	}{{"Loki", loki}, {"the collector", collector}} {
		peak, limit := memory[of.name](), of.unit.Unit.MemoryLimit
		report.AppendRow(table.Row{
			"peak memory of " + of.name + " of its own against its limit", megabytes(peak), megabytes(limit),
			fmt.Sprintf("%.2f ×", float64(peak)/float64(limit)), "≤ 1.00 ×", verdict(peak <= limit),
		})
	}
	ended, err := b.ended(loki, collector)
	if err != nil {
		return err
	}
	report.AppendRow(table.Row{"times that one of them ended meanwhile", ended, "", "", "0", verdict(ended == 0)})
	distinct, total, err := search.sequence(first, count)
	if err != nil {
		return err
	}
	report.AppendRow(table.Row{"lines lost", count - distinct, "", "", "0", verdict(distinct == count)})
	report.AppendRow(table.Row{"lines that arrived twice", total - distinct, "", "", "", ""})
	return nil
}

// writeLines writes lines with a number and a time of their own.
func writeLines(file string, count int, first time.Time) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	for n := range count {
		_, _ = fmt.Fprintf(w, `{"ts":%d,"level":"info","seq":%d,"msg":"request served","method":"GET","path":"/v1/items/%d","status":200,"duration_ms":%d,"trace":"%016x"}`+"\n",
			first.UnixNano()+int64(n), n, n%997, n%250, n)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// logObjects compares apply and plan of many log sources and retentions with as
// many terraform_data, and counts what the components had to do.
func (b *bench) logObjects(report table.Writer, each int) error {
	floor := b.workspace("logs-floor", fmt.Sprintf(floorConfig, 2*each))
	many := b.workspace("logs-many", fmt.Sprintf(logObjectsConfig, each))
	applyFloor, err := timed(func() error { return floor.terraform("apply") })
	if err != nil {
		return err
	}
	before, err := b.batches()
	if err != nil {
		return err
	}
	apply, err := timed(func() error { return many.terraform("apply") })
	if err != nil {
		return err
	}
	after, err := b.batches()
	if err != nil {
		return err
	}
	row(report, fmt.Sprintf("apply of %d log sources and retentions against terraform_data", 2*each), apply, applyFloor, 0)
	perBatch(report, "collector reloads against batches of writes", after.reloads-before.reloads, after.generation-before.generation)
	replaced := 0
	for name, pid := range before.processes {
		if after.processes[name] != pid {
			replaced++
		}
	}
	report.AppendRow(table.Row{"components that were started anew", replaced, "", "", "0", verdict(replaced == 0)})
	plan, err := fastest(func() error { return many.terraform("plan") })
	if err != nil {
		return err
	}
	blind, err := fastest(func() error { return many.terraform("plan", "-refresh=false") })
	if err != nil {
		return err
	}
	row(report, fmt.Sprintf("plan of %d log sources and retentions with refresh against -refresh=false", 2*each), plan, blind, 1.3)
	return many.terraform("destroy")
}

// batches is what has been done to the stack so far.
type batches struct {
	generation int
	// reloads of the collector, by its log.
	reloads   int
	processes map[string]int
}

func (b *bench) batches() (batches, error) {
	done := batches{processes: map[string]int{}}
	var err error
	if done.generation, err = b.generation("bench-logs"); err != nil {
		return batches{}, err
	}
	if done.reloads, err = b.logged("bench-logs", "collector", "Config updated, restart service"); err != nil {
		return batches{}, err
	}
	units, err := b.engine.List(context.Background(), "bench-logs/")
	for _, unit := range units {
		done.processes[unit.Unit.Name] = unit.PID
	}
	return done, err
}

// ended counts how often units ended and were started again since.
func (b *bench) ended(before ...engine.Status) (int, error) {
	count := 0
	for _, unit := range before {
		now, err := b.unit(unit.Unit.Name)
		if err != nil {
			return 0, err
		}
		count += now.Restarts - unit.Restarts
	}
	return count, nil
}

func (b *bench) unit(name string) (engine.Status, error) {
	units, err := b.engine.List(context.Background(), name)
	if err == nil && len(units) != 1 {
		err = fmt.Errorf("cannot find unit %s: there are %d", name, len(units))
	}
	if err != nil {
		return engine.Status{}, err
	}
	return units[0], nil
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/(1<<20)) }

// lokiSearch asks a Loki about the lines that were written.
type lokiSearch struct{ url string }

const benchStream = `{service="bench"}`

func (l lokiSearch) get(path string, query url.Values, result any) error {
	response, err := http.Get(l.url + path + "?" + query.Encode()) //nolint:noctx // a loopback request
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, response.Status)
	}
	var answer struct {
		Data struct {
			Result json.RawMessage `json:"result"`
		} `json:"data"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return err
	}
	return json.Unmarshal(answer.Data.Result, result)
}

// await waits until count lines are found, or no more come. Counting is a search
// of everything, which costs Loki more than taking it: it is not asked before
// as many lines have arrived, and not all the time. A Loki that does not answer
// may be one that is being started again.
func (l lokiSearch) await(count int) {
	const patience = 30 * time.Second
	most := 0
	for last := time.Now(); most < count && time.Since(last) < patience; {
		if arrived, err := l.arrived(); err == nil && arrived > most && arrived < count {
			most, last = arrived, time.Now()
			time.Sleep(50 * time.Millisecond)
			continue
		}
		var vector []struct {
			Value [2]any `json:"value"`
		}
		err := l.get("/loki/api/v1/query", url.Values{"query": {"sum(count_over_time(" + benchStream + "[1h]))"}}, &vector)
		if err == nil && len(vector) == 1 {
			text, _ := vector[0].Value[1].(string)
			if found, _ := strconv.Atoi(text); found > most || found >= count {
				most, last = found, time.Now()
			}
		}
		if most < count {
			time.Sleep(time.Second)
		}
	}
}

// arrived is how many lines this Loki has taken since it was started.
func (l lokiSearch) arrived() (int, error) {
	response, err := http.Get(l.url + "/metrics") //nolint:noctx // a loopback request
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	total := 0.0
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "loki_distributor_lines_received_total{") {
			fields := strings.Fields(lines.Text())
			n, _ := strconv.ParseFloat(fields[len(fields)-1], 64)
			total += n
		}
	}
	return int(total), nil
}

// sequence reads all lines, in pages, and counts those of different number.
func (l lokiSearch) sequence(first time.Time, count int) (distinct, total int, err error) {
	const page = 5000
	seen := make([]bool, count)
	from, end := first.UnixNano(), first.UnixNano()+int64(count)
	for from < end {
		var streams []struct {
			Values [][2]string `json:"values"`
		}
		query := url.Values{
			"query": {benchStream}, "direction": {"forward"}, "limit": {strconv.Itoa(page)},
			"start": {strconv.FormatInt(from, 10)}, "end": {strconv.FormatInt(min(from+page/2, end), 10)},
		}
		if err := l.get("/loki/api/v1/query_range", query, &streams); err != nil {
			return 0, 0, err
		}
		for _, s := range streams {
			for _, entry := range s.Values {
				var line struct {
					Seq int `json:"seq"`
				}
				if err := json.Unmarshal([]byte(entry[1]), &line); err != nil || line.Seq < 0 || line.Seq >= count {
					return 0, 0, fmt.Errorf("a line was changed: %s", entry[1])
				}
				total++
				if !seen[line.Seq] {
					seen[line.Seq] = true
					distinct++
				}
			}
		}
		from += page / 2
	}
	return distinct, total, nil
}
