package grafanatest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// volatile are the fields whose values differ in every run, each with the form
// that both values must have. Nothing else is ignored; ids are compared, for
// they follow from the order of the calls.
var volatile = map[string]*regexp.Regexp{
	"created": timeForm, "updated": timeForm, "createdAt": timeForm, "updatedAt": timeForm, "expiration": timeForm,
	"creationTimestamp": timeForm, "grafana.app/updatedTimestamp": timeForm,
	"secondsUntilExpiration": regexp.MustCompile(`^(599(\.\d+)?|600)$`),
	"resourceVersion":        regexp.MustCompile(`^\d{13}(\d{3})?$`), // in time; that of a dashboard is its version, and compared
	"accessErrorId":          regexp.MustCompile(`^ACE\d{10}$`),
	"key":                    regexp.MustCompile(`^(glsa_\w{32}_[0-9a-f]{8}|<(viewer-)?token>)$`),
}

var timeForm = regexp.MustCompile(`^(2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{13})$`)

// generated are uids that a server makes up: short ones, UUIDs and those of the
// second API. They may differ, but where one recurs the other must.
var generated = regexp.MustCompile(`\b([a-z]{2}\d[0-9a-z]{11}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-Za-z]{43}X)\b`)

// comparison compares answers of one run with the recorded ones.
type comparison struct {
	uids map[string]string // recorded to actual
}

func newComparison() *comparison { return &comparison{uids: map[string]string{}} }

// bodies returns a sentence for everything in which two JSON bodies differ.
func (c *comparison) bodies(recorded, actual []byte) []string {
	want, err := parse(recorded)
	if err != nil {
		return []string{fmt.Sprintf("the recorded body is not JSON: %v", err)}
	}
	got, err := parse(actual)
	if err != nil {
		return []string{fmt.Sprintf("the body is not JSON: %v: %s", err, actual)}
	}
	return c.values("body", "", want, got)
}

func parse(body []byte) (any, error) {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	return value, decoder.Decode(&value)
}

func (c *comparison) values(path, field string, want, got any) []string {
	if form := volatile[field]; form != nil && form.MatchString(fmt.Sprint(want)) {
		if reflect.TypeOf(want) != reflect.TypeOf(got) || !form.MatchString(fmt.Sprint(got)) {
			return []string{fmt.Sprintf("%s is %v, not of the form of %v", path, got, want)}
		}
		return nil
	}
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is no object", path)}
		}
		return c.objects(path, want, got)
	case []any:
		got, ok := got.([]any)
		if !ok || len(got) != len(want) {
			return []string{fmt.Sprintf("%s is %v, recorded %v", path, got, want)}
		}
		var differences []string
		for i := range want {
			differences = append(differences, c.values(fmt.Sprintf("%s[%d]", path, i), field, want[i], got[i])...)
		}
		return differences
	case string:
		got, ok := got.(string)
		if !ok || c.translate(want, got) != got {
			return []string{fmt.Sprintf("%s is %q, recorded %q", path, got, want)}
		}
	default:
		if want != got {
			return []string{fmt.Sprintf("%s is %v, recorded %v", path, got, want)}
		}
	}
	return nil
}

func (c *comparison) objects(path string, want, got map[string]any) []string {
	var differences []string
	for _, field := range slices.Sorted(maps.Keys(want)) {
		value, there := got[field]
		if !there {
			differences = append(differences, fmt.Sprintf("%s has no %s", path, field))
			continue
		}
		differences = append(differences, c.values(path+"."+field, field, want[field], value)...)
	}
	for field := range got {
		if _, recorded := want[field]; !recorded {
			differences = append(differences, fmt.Sprintf("%s has %s, which is not recorded", path, field))
		}
	}
	return differences
}

// translate returns the recorded text with the generated uids of this run; an
// unknown one is learnt from its place in the actual text.
func (c *comparison) translate(want, got string) string {
	ours := generated.FindAllString(got, -1)
	for i, theirs := range generated.FindAllString(want, -1) {
		if c.uids[theirs] == "" && i < len(ours) {
			c.uids[theirs] = ours[i]
		}
		if known := c.uids[theirs]; known != "" {
			want = strings.ReplaceAll(want, theirs, known)
		}
	}
	return want
}

// TestComparison shows that a difference of each sort is seen.
func TestComparison(t *testing.T) {
	t.Parallel()
	at := time.Now().UTC().Format(time.RFC3339)
	const uid, other, third = `"bg5647fr3agaof"`, `"cg1aaaaaaaaaaa"`, `"cg1bbbbbbbbbbb"`
	tests := map[string]struct {
		recorded, actual string
		same             bool
	}{
		"equal":                  {`{"a":[1,null,"x"]}`, `{"a":[1,null,"x"]}`, true},
		"number":                 {`{"id":1}`, `{"id":2}`, false},
		"number for text":        {`{"id":"1"}`, `{"id":1}`, false},
		"text":                   {`{"a":"x"}`, `{"a":"y"}`, false},
		"null":                   {`{"a":null}`, `{"a":""}`, false},
		"field missing":          {`{"a":1,"b":2}`, `{"a":1}`, false},
		"field too much":         {`{"a":1}`, `{"a":1,"b":2}`, false},
		"list shorter":           {`[1,2]`, `[1]`, false},
		"list order":             {`[1,2]`, `[2,1]`, false},
		"no list":                {`[]`, `null`, false},
		"other time":             {`{"created":"2026-11-23T12:55:20Z"}`, `{"created":"` + at + `"}`, true},
		"time in other form":     {`{"created":"2026-11-23T12:55:20Z"}`, `{"created":1795438521799}`, false},
		"zero time":              {`{"created":"0001-01-01T00:00:00Z"}`, `{"created":"` + at + `"}`, false},
		"time elsewhere":         {`{"title":"2026-11-23T12:55:20Z"}`, `{"title":"` + at + `"}`, false},
		"version of a dashboard": {`{"resourceVersion":"5"}`, `{"resourceVersion":"6"}`, false},
		"generated uid":          {`{"uid":` + uid + `,"url":"/d/bg5647fr3agaof/x"}`, `{"uid":` + other + `,"url":"/d/cg1aaaaaaaaaaa/x"}`, true},
		"uid does not recur":     {`[` + uid + `,` + uid + `]`, `[` + other + `,` + third + `]`, false},
		"no uid":                 {uid, `""`, false},
		"not JSON":               {`{}`, `oops`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			differences := newComparison().bodies([]byte(test.recorded), []byte(test.actual))
			if same := len(differences) == 0; same != test.same {
				t.Errorf("%s and %s: differences %q", test.recorded, test.actual, differences)
			}
		})
	}
}
