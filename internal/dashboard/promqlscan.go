package dashboard

import (
	"slices"
	"strings"
)

// variable is a variable in a query.
type variable struct {
	name       string
	start, end int  // bytes in the query
	inText     bool // in a string or a comment
	// candidates are what to replace it with to see whether the query parses,
	// the likeliest first; never empty.
	candidates []string
}

// scanVariables finds the variables of a PromQL query and what could stand in
// their places. Names that isVariable denies are text.
func scanVariables(expr string, isVariable func(name string) bool) []variable {
	var found []variable
	s := scanner{expr: expr}
	for _, at := range variableForm.FindAllStringSubmatchIndex(expr, -1) {
		name := variableName(expr, at)
		if !isVariable(name) {
			continue
		}
		s.advance(at[0])
		v := variable{name: name, start: at[0], end: at[1], inText: s.quote != 0 || s.comment}
		v.candidates = s.candidates(v)
		found = append(found, v)
		s.skip(v)
	}
	return found
}

// scanner goes through a PromQL query that cannot be parsed yet, and knows what
// surrounds the current byte.
type scanner struct {
	expr    string
	i       int
	quote   byte // the quotation mark of the string that i is in, or 0
	comment bool
	braces  int
	square  int
	// lists are the open parentheses: true for a list of labels, as after by.
	lists []bool
	// last are the last two tokens: words, numbers, symbols; " for a string, $
	// for a variable.
	last        [2]string
	variableEnd int // where the last variable ended
}

var (
	beforeLabels = []string{"by", "without", "on", "ignoring", "group_left", "group_right"}
	keywords     = append([]string{"and", "or", "unless", "atan2", "bool", "offset"}, beforeLabels...)
)

// endOfLabels is the token for the parenthesis that closes a list of labels: an
// operand may follow as well as the rest of an expression.
const endOfLabels = ")labels"

func (s *scanner) inLabels() bool { return len(s.lists) > 0 && s.lists[len(s.lists)-1] }

func (s *scanner) token(t string) { s.last = [2]string{s.last[1], t} }

// skip steps over a variable.
func (s *scanner) skip(v variable) {
	s.i, s.variableEnd = v.end, v.end
	if !v.inText {
		s.token("$")
	}
}

// advance reads up to the byte at to.
func (s *scanner) advance(to int) {
	for s.i < to {
		c := s.expr[s.i]
		switch {
		case s.comment:
			s.comment = c != '\n'
		case s.quote != 0:
			s.inString(c)
		case c == '#':
			s.comment = true
		case isWord(c):
			s.word(to)
			continue
		case !isSpace(c):
			s.symbol(c)
		}
		s.i++
	}
}

func (s *scanner) inString(c byte) {
	switch {
	case c == '\\' && s.quote != '`':
		s.i++ // the next byte is escaped
	case c == s.quote:
		s.quote = 0
		s.token(`"`)
	}
}

func (s *scanner) word(to int) {
	start := s.i
	for s.i < to && isWord(s.expr[s.i]) {
		s.i++
	}
	s.token(strings.ToLower(s.expr[start:s.i]))
}

func (s *scanner) symbol(c byte) {
	switch c {
	case '"', '\'', '`':
		s.quote = c
		return
	case '(':
		s.lists = append(s.lists, slices.Contains(beforeLabels, s.last[1]))
	case ')':
		labels := s.inLabels()
		s.lists = s.lists[:max(len(s.lists)-1, 0)]
		if labels {
			s.token(endOfLabels)
			return
		}
	case '{':
		s.braces++
	case '}':
		s.braces = max(s.braces-1, 0)
	case '[':
		s.square++
	case ']':
		s.square = max(s.square-1, 0)
	}
	s.token(string(rune(c)))
}

func (s *scanner) candidates(v variable) []string {
	rest := s.expr[v.end:]
	gluedBefore := v.start > 0 && (isWord(s.expr[v.start-1]) || s.variableEnd == v.start)
	gluedAfter := rest != "" && (isWord(rest[0]) || rest[0] == '$')
	rest = strings.TrimLeft(rest, " \t\r\n")
	switch {
	case v.inText:
		return []string{"x"}
	case s.square > 0:
		return durations(gluedBefore && s.expr[v.start-1] != ':', gluedAfter && rest[0] != ':')
	case s.braces > 0:
		return s.inBraces(gluedBefore || gluedAfter, rest)
	case s.inLabels():
		return []string{"x_" + v.name} // two variables must not become the same label
	case gluedBefore && startsWithDigit(s.last[1]):
		return []string{"m", "0"}
	case s.last[1] == "offset", s.last == [2]string{"offset", "-"}, gluedBefore && s.last[0] == "offset":
		return durations(gluedBefore, gluedAfter)
	case gluedBefore || gluedAfter:
		return []string{"x", "1", "avg"} // avg_over_time
	case s.last[1] == endOfLabels:
		return append(s.operand(v.name, rest), "", "+", "offset 5m")
	}
	return s.operand(v.name, rest)
}

// durations are candidates for a duration, or for its number or unit.
func durations(gluedBefore, gluedAfter bool) []string {
	switch {
	case gluedAfter:
		return []string{"5"}
	case gluedBefore:
		return []string{"m"}
	}
	return []string{"5m"}
}

// inBraces are candidates among label matchers.
func (s *scanner) inBraces(glued bool, rest string) []string {
	afterOperator := s.last[1] == "=" || s.last[1] == "~"
	beforeOperator := strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, "!")
	afterName := s.last[1] != "" && isWord(s.last[1][0])
	switch {
	case afterOperator:
		return []string{`"x"`}
	case beforeOperator || glued:
		return []string{"x"}
	case afterName:
		return []string{"="}
	case s.last[1] == `"` || s.last[1] == "$":
		return []string{"", `,x="y"`}
	case rest != "" && isWord(rest[0]):
		return []string{`x="y",`}
	}
	return []string{`x="y"`, ""}
}

// operand are candidates where a metric, a number, a function or an operator
// could stand.
func (s *scanner) operand(name, rest string) []string {
	word := rest
	if end := strings.IndexFunc(rest, func(r rune) bool { return r > 127 || !isWord(byte(r)) }); end >= 0 {
		word = rest[:end]
	}
	following := strings.ToLower(word)
	startsOperand := rest != "" && (isWord(rest[0]) || strings.IndexByte("({\"'`$", rest[0]) >= 0) && !slices.Contains(keywords, following)
	switch {
	case s.endsOperand() && startsOperand:
		return []string{"+", ">", "and", ""}
	case s.endsOperand():
		return []string{"", "offset 5m", "> 1", "{}"}
	case strings.HasPrefix(name, "__") && (name == "__from" || name == "__to" || strings.HasSuffix(name, "_s") || strings.HasSuffix(name, "_ms")):
		return []string{"1"}
	case strings.HasPrefix(name, "__"):
		return []string{"5m", "x"}
	case s.last[1] == "@":
		return []string{"1"}
	case strings.HasPrefix(rest, "{") || strings.HasPrefix(rest, "["):
		return []string{"x"}
	case strings.HasPrefix(rest, "("), following == "by", following == "without":
		return []string{"sum", "rate", "topk", "histogram_quantile", "clamp_max"}
	}
	return []string{"x", "1", "x[5m]", `"x"`}
}

// endsOperand tells whether what precedes is complete, so that only an operator
// or a modifier can follow.
func (s *scanner) endsOperand() bool {
	last := s.last[1]
	switch last {
	case "":
		return false
	case ")", "]", "}", `"`, "$":
		return true
	}
	return isWord(last[0]) && !slices.Contains(keywords, last)
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// isWord tells whether a byte can be part of a metric's name or a number.
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == ':'
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
