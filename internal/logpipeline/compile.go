package logpipeline

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"regexp"

	// The operators that steps are made of, registered by their names.
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/parser/container"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/parser/jsonparser"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/parser/keyvalue"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/parser/regex"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/parser/severity"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/parser/timeparser"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/transformer/add"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/transformer/copy"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/transformer/filter"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/transformer/flatten"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/transformer/move"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/transformer/recombine"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/transformer/regexreplace"
	_ "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/transformer/remove"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/entry"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/helper"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"
)

// Pipeline is a source whose operators are compiled.
type Pipeline struct {
	source Source
	split  bufio.SplitFunc
	parse  chain
	finish chain
	// nameless are attributes that are not kept.
	nameless *regexp.Regexp
	// notes collects why operators could not do their work.
	notes *notes
}

// Compile builds the operators with the collector's library, and tells what is
// wrong with the source if it refuses them.
func Compile(s Source) (*Pipeline, []Problem) {
	all, problems := s.steps()
	if len(problems) > 0 {
		return nil, problems
	}
	p := &Pipeline{source: s, nameless: regexp.MustCompile(Nameless), notes: &notes{}}
	var err error
	if p.split, err = s.splitter(); err != nil {
		problems = append(problems, Problem{"multiline", err.Error(), "Write an RE2 regular expression."})
	}
	set := component.TelemetrySettings{Logger: zap.New(p.notes)}
	unwrap := chain{set: set, steps: all.unwrap}
	p.parse, p.finish = chain{set: set, steps: all.parse}, chain{set: set, steps: all.finish}
	for _, part := range []*chain{&unwrap, &p.parse, &p.finish} {
		problems = append(problems, part.build()...)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return p, nil
}

// chain is a row of operators; what leaves the last one is collected.
type chain struct {
	set       component.TelemetrySettings
	steps     []step
	operators []operator.Operator
	end       sink
	// spent is set when the operators have been stopped for good.
	spent bool
}

// sink collects records.
type sink struct {
	helper.OutputOperator
	records []*entry.Entry
}

// Process implements operator.Operator.
func (s *sink) Process(_ context.Context, record *entry.Entry) error {
	s.records = append(s.records, record)
	return nil
}

// ProcessBatch implements operator.Operator.
func (s *sink) ProcessBatch(_ context.Context, records []*entry.Entry) error {
	s.records = append(s.records, records...)
	return nil
}

// build makes the operators, and tells which the collector refuses.
func (c *chain) build() []Problem {
	c.operators, c.spent = nil, false
	var problems []Problem
	for i, step := range c.steps {
		built, err := step.build(c.set, i)
		if err != nil {
			problems = append(problems, Problem{step.path, "the collector would refuse it: " + err.Error(), "Correct it as the message says."})
			continue
		}
		c.operators = append(c.operators, built)
	}
	if len(problems) > 0 {
		return problems
	}
	if err := c.connect(); err != nil {
		return []Problem{{Message: err.Error()}}
	}
	return nil
}

// connect lets each operator write to the next one.
func (c *chain) connect() (err error) {
	if c.end.OutputOperator, err = helper.NewOutputConfig("end", "end").Build(c.set); err != nil {
		return err
	}
	for i, from := range c.operators {
		next := operator.Operator(&c.end)
		if i+1 < len(c.operators) {
			next = c.operators[i+1]
		}
		from.SetOutputIDs([]string{next.ID()})
		if err := from.SetOutputs([]operator.Operator{next}); err != nil {
			return err
		}
	}
	return nil
}

// build makes the operator as the collector does when it reads its configuration.
func (s step) build(set component.TelemetrySettings, position int) (operator.Operator, error) {
	var config operator.Config
	if err := confmap.NewFromStringMap(s.operator).Unmarshal(&config); err != nil {
		return nil, err
	}
	config.SetID(fmt.Sprintf("%s%d", config.Type(), position))
	return config.Build(set)
}

// run passes records through all operators and returns what leaves them.
func (c *chain) run(ctx context.Context, records []*entry.Entry) ([]*entry.Entry, error) {
	if c.spent {
		if problems := c.build(); len(problems) > 0 {
			return nil, errors.New(problems[0].Message)
		}
	}
	c.end.records = nil
	first := operator.Operator(&c.end)
	if len(c.operators) > 0 {
		first = c.operators[0]
	}
	errs := []error{first.ProcessBatch(ctx, records)}
	for i, each := range c.operators {
		// What joins lines holds back the last record until it is stopped, and
		// can be stopped only once.
		if c.steps[i].operator["type"] == "recombine" {
			errs = append(errs, each.Stop())
			c.spent = true
		}
	}
	return c.end.records, errors.Join(errs...)
}
