package dashboard

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// maxAttempts bounds how many ways of replacing variables are tried.
const maxAttempts = 64

// maxWords bounds, in bytes, what a problem repeats of the parser's words.
const maxWords = 300

// variableForm is how Grafana recognises variables: $name, [[name]],
// [[name:format]], ${name}, ${name.field} and ${name:format}.
var variableForm = regexp.MustCompile(`\$(\w+)|\[\[(\w+?)(?::\w+)?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::[^}]+)?\}`)

var onlyDigits = regexp.MustCompile(`^\d+$`)

// promQL checks queries of one dashboard. Queries are remembered, because panels
// repeat them.
type promQL struct {
	known    map[string]bool
	parser   parser.Parser
	verdicts map[string]verdict
}

// verdict is what is wrong with a query.
type verdict struct {
	problem, hint string   // it does not parse
	noGraph       string   // the type that it has if it cannot be drawn over time
	unknown       []string // unknown variables where Prometheus has to understand them
	unknownInText []string // unknown variables in strings and comments
}

func newPromQL(known map[string]bool) promQL {
	return promQL{known: known, parser: parser.NewParser(parser.Options{}), verdicts: map[string]verdict{}}
}

func (q promQL) check(expr string) verdict {
	if known, ok := q.verdicts[expr]; ok {
		return known
	}
	v := q.parse(expr)
	q.verdicts[expr] = v
	return v
}

func (q promQL) parse(expr string) verdict {
	found := scanVariables(expr, q.isVariable)
	var v verdict
	for _, variable := range found {
		switch {
		case q.isKnown(variable.name):
		case variable.inText && !slices.Contains(v.unknownInText, variable.name):
			v.unknownInText = append(v.unknownInText, variable.name)
		case !variable.inText && !slices.Contains(v.unknown, variable.name):
			v.unknown = append(v.unknown, variable.name)
		}
	}
	var first error
	var firstText string
	tried, complete := attempts(found)
	for _, replacement := range tried {
		text := replace(expr, found, replacement)
		parsed, err := q.parser.ParseExpr(text)
		if err == nil {
			if t := parsed.Type(); t == parser.ValueTypeMatrix || t == parser.ValueTypeString {
				v.noGraph = parser.DocumentedType(t)
			}
			return v
		}
		if first == nil {
			first, firstText = err, text
		}
	}
	if !complete {
		return v // there are ways that were not tried: nothing is proven
	}
	v.problem = words(first.Error())
	v.hint = "The position is line:column within the expression."
	if len(found) > 0 {
		v.hint = fmt.Sprintf("The position is line:column within the expression with examples for its variables: %s", words(firstText))
	}
	return v
}

// isVariable tells whether Grafana could mean a variable by a name. $1 belongs
// to regular expressions unless somebody has called a variable so.
func (q promQL) isVariable(name string) bool {
	return q.known[name] || !onlyDigits.MatchString(name)
}

func (q promQL) isKnown(name string) bool { return q.known[name] || builtInVariables[name] }

// unknownIn returns the unknown variables of a query in another language, each
// once. What stands in {{ }} is a template of that language.
func (q promQL) unknownIn(expr string) []string {
	var unknown []string
	for _, at := range variableForm.FindAllStringSubmatchIndex(expr, -1) {
		name := variableName(expr, at)
		before := expr[:at[0]]
		if name == "__auto" {
			continue // Loki's own name for the interval
		}
		inTemplate := strings.LastIndex(before, "{{") > strings.LastIndex(before, "}}")
		if !inTemplate && q.isVariable(name) && !q.isKnown(name) && !slices.Contains(unknown, name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// builtInVariables are those that Grafana defines.
var builtInVariables = map[string]bool{
	"__all_variables": true, "__auto_interval": true, "__dashboard": true, "__from": true, "__interval": true,
	"__interval_ms": true, "__name": true, "__org": true, "__range": true, "__range_ms": true, "__range_s": true,
	"__rate_interval": true, "__rate_interval_ms": true, "__timeFilter": true, "__timezone": true, "__to": true,
	"__url_time_range": true, "__user": true, "timeFilter": true,
}

// referenced returns the names of the variables in a text.
func referenced(text string) []string {
	var found []string
	for _, at := range variableForm.FindAllStringSubmatchIndex(text, -1) {
		found = append(found, variableName(text, at))
	}
	return found
}

// variableName returns the name in a match of variableForm.
func variableName(text string, at []int) string {
	for group := 2; group+1 < len(at); group += 2 {
		if at[group] >= 0 {
			return text[at[group]:at[group+1]]
		}
	}
	return ""
}

// attempts returns the ways of replacing the variables, the likeliest first:
// for each way, the index of a candidate per variable. Variables of one name
// with the same candidates are replaced alike. complete is false if there are
// more ways than are worth trying.
func attempts(found []variable) (ways [][]int, complete bool) {
	slots := map[string]int{}
	slotOf := make([]int, len(found))
	var sizes []int
	for i, v := range found {
		key := v.name + "\x00" + strings.Join(v.candidates, "\x00")
		slot, exists := slots[key]
		if !exists {
			slot = len(sizes)
			slots[key] = slot
			sizes = append(sizes, len(v.candidates))
		}
		slotOf[i] = slot
	}
	choice := make([]int, len(sizes))
	for len(ways) < maxAttempts {
		way := make([]int, len(found))
		for i := range found {
			way[i] = choice[slotOf[i]]
		}
		ways = append(ways, way)
		if !next(choice, sizes) {
			return ways, true
		}
	}
	return ways, false
}

// next counts choice up, the first place fastest; false when it has gone through
// all.
func next(choice, sizes []int) bool {
	for i := range choice {
		choice[i]++
		if choice[i] < sizes[i] {
			return true
		}
		choice[i] = 0
	}
	return false
}

func replace(expr string, found []variable, way []int) string {
	var text strings.Builder
	end := 0
	for i, v := range found {
		text.WriteString(expr[end:v.start])
		text.WriteString(v.candidates[way[i]])
		end = v.end
	}
	text.WriteString(expr[end:])
	return text.String()
}

// words puts a text of somebody else into a sentence: on one line, not too long.
func words(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= maxWords {
		return s
	}
	return strings.ToValidUTF8(s[:maxWords], "") + "…"
}
