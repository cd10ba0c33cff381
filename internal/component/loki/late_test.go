package loki_test

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
)

// ask returns how Loki answers a question about a time.
func (b *bench) ask(path string, begin, end time.Time) string {
	b.Helper()
	query := url.Values{
		"query": {`{service="late"}`}, "match[]": {`{service="late"}`},
		"start": {strconv.FormatInt(begin.UnixNano(), 10)}, "end": {strconv.FormatInt(end.UnixNano(), 10)},
	}
	answer, err := http.Get("http://" + b.in.Addresses[component.Loki] + "/loki/api/v1/" + path + "?" + query.Encode())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s %s (%v)", path, answer.Status, text, err)
	}
	return string(text)
}

// What arrives late is in every answer, also to a question that was asked
// before. The days in question ended so long ago that Loki would remember.
func TestLateEntriesAreInEveryAnswer(t *testing.T) {
	b := start(t, withSources("service"))
	end := time.Now().Add(-49 * time.Hour)
	begin := end.Add(-6 * time.Hour)
	const stats = "index/stats" // of what is in the store
	questions := map[string]string{
		"series": `"service":"late"`, "labels": `"service"`, "label/service/values": `"late"`, "query_range": `"late"`,
		stats: `"streams":1`, "index/volume": `"service":"late"`, "index/volume_range": `"service":"late"`,
	}
	for question, found := range questions {
		if answer := b.ask(question, begin, end); strings.Contains(answer, found) {
			t.Errorf("%s: %s before there is any", question, answer)
		}
	}
	b.log(map[string]string{"log_source": "api", "service": "late"}, record{52 * time.Hour, "", strings.Repeat("late", 1000), nil})
	b.flush()
	componenttest.Eventually(t, func() bool { return strings.Contains(b.ask(stats, begin, end), questions[stats]) })
	for question, found := range questions {
		if answer := b.ask(question, begin, end); !strings.Contains(answer, found) {
			t.Errorf("%s: not found in %.200s", question, answer)
		}
	}
}
