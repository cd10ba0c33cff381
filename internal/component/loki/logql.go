package loki

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// CheckLogQL implements component.LogSearcher. What parses is then evaluated
// where there are no logs, because Loki looks at regular expressions and
// templates within a pipeline only when it runs it.
func (c *Component) CheckLogQL(ctx context.Context, in component.Input, expr string) error {
	beforeAnyLog := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC) // see maxAge
	if _, err := c.format(ctx, in, expr); err != nil {
		return err
	}
	path, query := "/loki/api/v1/query", url.Values{"query": {expr}, "time": {nanoseconds(beforeAnyLog)}}
	if spec.SelectsLogs(expr) {
		path = "/loki/api/v1/query_range"
		query = url.Values{"query": {expr}, "start": {nanoseconds(beforeAnyLog)}, "end": {nanoseconds(beforeAnyLog.Add(time.Second))}}
	}
	return checked(expr, c.probe.PostForm(ctx, address(in), path, query, &json.RawMessage{}))
}

// format returns an expression as Loki prints it: two that mean the same look
// the same.
func (c *Component) format(ctx context.Context, in component.Input, expr string) (string, error) {
	var answer struct {
		Data string `json:"data"`
	}
	err := c.probe.PostForm(ctx, address(in), "/loki/api/v1/format_query", url.Values{"query": {expr}}, &answer)
	return answer.Data, checked(expr, err)
}

// checked tells an expression that Loki does not understand from a Loki that
// does not answer.
func checked(expr string, err error) error {
	words := refusal(err)
	switch {
	case words != "":
		var fields spec.FieldErrors
		fields.Add("expr", "The position is within the expression.", "%q is not LogQL: %s", expr, words)
		return &api.Error{Code: api.CodeInvalid, Message: fields[0].Message, Fields: fields}
	case err != nil:
		return probe.Unavailable("ask Loki about an expression", err)
	}
	return nil
}

// refusal is what Loki finds wrong with a request, empty if nothing.
func refusal(err error) string {
	var status *probe.StatusError
	if !errors.As(err, &status) || status.Status != http.StatusBadRequest {
		return ""
	}
	var answer struct {
		Error string `json:"error"`
	}
	if json.Unmarshal([]byte(status.Words), &answer) == nil && answer.Error != "" {
		return answer.Error
	}
	return status.Words
}

// expression is one that a version of Loki printed.
type expression struct{ version, text string }

// maxPrinted is how many printed expressions are remembered.
const maxPrinted = 10_000

// parallel bounds how many questions of one sort are asked at once.
const parallel = 8

// print returns the expressions as Loki prints them. What it cannot print is
// left as it is. What was printed before is not asked for again.
func (c *Component) print(ctx context.Context, in component.Input, exprs []string) (map[string]string, error) {
	slices.Sort(exprs)
	exprs = slices.Compact(exprs)
	texts := make([]string, len(exprs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i, expr := range exprs {
		group.Go(func() (err error) {
			texts[i], err = c.printOne(ctx, in, expr)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	printed := make(map[string]string, len(exprs))
	for i, expr := range exprs {
		printed[expr] = texts[i]
	}
	return printed, nil
}

func (c *Component) printOne(ctx context.Context, in component.Input, expr string) (string, error) {
	key := expression{in.State.Stack.Loki.Version, expr}
	if text, known := c.printedBefore(key); known {
		return text, nil
	}
	text, err := c.format(ctx, in, expr)
	if errors.Is(err, &api.Error{Code: api.CodeInvalid}) {
		return expr, nil
	}
	if err == nil {
		c.remember(key, text)
	}
	return text, err
}

func (c *Component) printedBefore(e expression) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text, known := c.printed[e]
	return text, known
}

func (c *Component) remember(e expression, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.printed) >= maxPrinted {
		clear(c.printed)
	}
	c.printed[e] = text
}
