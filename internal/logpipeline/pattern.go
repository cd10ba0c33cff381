package logpipeline

import (
	"errors"
	"regexp"
	"regexp/syntax"
)

// maxPattern bounds the program of a regular expression, in instructions. It
// runs over every line, and takes as long as it is large.
const maxPattern = 10_000

// Pattern compiles a regular expression of the collector, in RE2 syntax.
func Pattern(text string) (*regexp.Regexp, error) {
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, err
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	if len(program.Inst) > maxPattern {
		return nil, errors.New("its repetitions make it too large")
	}
	return regexp.Compile(text)
}
