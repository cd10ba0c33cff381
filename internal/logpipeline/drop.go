package logpipeline

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// mark is where the number of the condition stands that drops a record. The
// resource is nothing that a line can write to.
const (
	markName = "opp.drop"
	mark     = `resource["` + markName + `"]`
)

// marks notes on a record which condition holds for it. A condition that cannot
// be evaluated, as when an attribute is missing, marks nothing: the filter of
// the collector by itself would drop such a record.
func (s Source) marks() ([]step, []Problem) {
	var all []step
	var problems []Problem
	for i, condition := range s.Drop {
		path := fmt.Sprintf("drop[%d]", i)
		expression, err := s.translate(condition)
		if err != nil {
			problems = append(problems, Problem{
				Path: path, Message: fmt.Sprintf("%s is not a condition: %v", shown(condition), err),
				Hint: `Compare severity, body or an attribute with something, as in severity == "debug" or attributes["status"] < 400.`,
			})
			continue
		}
		all = append(all, step{path, quietly("add", Operator{"field": mark, "value": i, "if": expression})})
	}
	return all, problems
}

// drop drops what is marked.
func (s Source) drop() []step {
	if len(s.Drop) == 0 {
		return nil
	}
	return []step{{"drop", quietly("filter", Operator{"expr": mark + " != nil"})}}
}

// translate turns a condition into an expression of the collector that is true
// or false, whatever the record is.
func (s Source) translate(condition string) (string, error) {
	tree, err := parser.Parse(condition)
	if err != nil {
		return "", bare(err)
	}
	text, err := translator{s}.node(tree.Node)
	if err != nil {
		return "", err
	}
	if _, err := expr.Compile(text, expr.AllowUndefinedVariables(), expr.AsBool(), expr.WarnOnAny()); err != nil {
		return "", bare(err)
	}
	// "a and b" has the value of b, and the collector ends when that is no boolean.
	return "(" + text + ") == true", nil
}

// bare is an error without the excerpt of what was compiled, which is not what
// the user wrote.
func bare(err error) error {
	if e := (*file.Error)(nil); errors.As(err, &e) {
		return errors.New(e.Message)
	}
	return err
}

// translator writes conditions in the words of the collector. What it does not
// know is refused: loops, which a long line could make endless, and whatever
// looks beyond the record.
type translator struct{ source Source }

// operators and functions that look at no more than their operands.
var (
	operators = []string{
		"==", "!=", "<", "<=", ">", ">=", "and", "&&", "or", "||", "in", "matches", "contains", "startsWith", "endsWith",
		"+", "-", "*", "/", "%", "??",
	}
	functions = []string{
		"abs", "ceil", "float", "floor", "hasPrefix", "hasSuffix", "indexOf", "int", "lastIndexOf", "len", "lower", "max", "min",
		"round", "string", "trim", "trimPrefix", "trimSuffix", "type", "upper",
	}
)

func (t translator) node(node ast.Node) (string, error) {
	switch n := node.(type) {
	case *ast.NilNode, *ast.BoolNode, *ast.IntegerNode:
		return n.String(), nil
	case *ast.FloatNode:
		return strconv.FormatFloat(n.Value, 'e', -1, 64), nil
	case *ast.StringNode:
		return quote(n.Value), nil
	case *ast.IdentifierNode:
		return t.identifier(n.Value)
	case *ast.ChainNode:
		return t.node(n.Node)
	case *ast.UnaryNode:
		return t.write("("+n.Operator+" %s)", n.Node)
	case *ast.BinaryNode:
		return t.binary(n)
	case *ast.ConditionalNode:
		return t.write("(%s ? %s : %s)", n.Cond, n.Exp1, n.Exp2)
	case *ast.MemberNode:
		open := "["
		if n.Optional {
			open = "?.["
		}
		return t.write("%s"+open+"%s]", n.Node, n.Property)
	case *ast.SliceNode:
		return t.slice(n)
	case *ast.ArrayNode:
		return t.call("[", n.Nodes, "]")
	case *ast.BuiltinNode:
		if slices.Contains(functions, n.Name) {
			return t.call(n.Name+"(", n.Arguments, ")")
		}
		return "", fmt.Errorf("%s cannot be used here", n.Name)
	case *ast.CallNode:
		return "", fmt.Errorf("there is no function %s", n.Callee)
	}
	return "", fmt.Errorf("%s cannot be used here", shown(node.String()))
}

// write puts the translated nodes into a format.
func (t translator) write(format string, nodes ...ast.Node) (string, error) {
	words := make([]any, len(nodes))
	for i, node := range nodes {
		word, err := t.node(node)
		if err != nil {
			return "", err
		}
		words[i] = word
	}
	return fmt.Sprintf(format, words...), nil
}

func (t translator) call(open string, nodes []ast.Node, end string) (string, error) {
	words := make([]string, len(nodes))
	for i, node := range nodes {
		var err error
		if words[i], err = t.node(node); err != nil {
			return "", err
		}
	}
	return open + strings.Join(words, ", ") + end, nil
}

func (t translator) slice(n *ast.SliceNode) (string, error) {
	switch {
	case n.From == nil && n.To == nil:
		return t.write("%s[:]", n.Node)
	case n.From == nil:
		return t.write("%s[:%s]", n.Node, n.To)
	case n.To == nil:
		return t.write("%s[%s:]", n.Node, n.From)
	}
	return t.write("%s[%s:%s]", n.Node, n.From, n.To)
}

func (t translator) identifier(name string) (string, error) {
	switch {
	case name == "body" || name == "attributes":
		return name, nil
	case strings.HasPrefix(name, "$"):
		return "", fmt.Errorf("%s cannot be used here", name)
	case name != "severity":
		return "attributes[" + quote(name) + "]", nil
	case t.source.severityField() == nil:
		return "", errors.New("records have no severity, because parse.severity is not set")
	}
	return t.source.severityExpression(), nil
}

func (t translator) binary(n *ast.BinaryNode) (string, error) {
	if !slices.Contains(operators, n.Operator) {
		return "", fmt.Errorf("%s cannot be used here", n.Operator)
	}
	if n.Operator == "matches" {
		pattern, constant := n.Right.(*ast.StringNode)
		if !constant {
			return "", errors.New("the pattern of matches must be written out")
		}
		if _, err := Pattern(pattern.Value); err != nil {
			return "", err
		}
	}
	for _, sides := range [][2]ast.Node{{n.Left, n.Right}, {n.Right, n.Left}} {
		if name, ok := sides[0].(*ast.IdentifierNode); ok && name.Value == "severity" {
			if err := checkSeverities(sides[1]); err != nil {
				return "", err
			}
		}
	}
	return t.write("(%s "+strings.ReplaceAll(n.Operator, "%", "%%")+" %s)", n.Left, n.Right)
}

// checkSeverities refuses constants that no severity is equal to.
func checkSeverities(node ast.Node) error {
	switch n := node.(type) {
	case *ast.StringNode:
		if n.Value != "" && !slices.Contains(Severities(), n.Value) {
			return fmt.Errorf("%s is no severity; they are %s", shown(n.Value), strings.Join(Severities(), ", "))
		}
	case *ast.ArrayNode:
		for _, one := range n.Nodes {
			if err := checkSeverities(one); err != nil {
				return err
			}
		}
	}
	return nil
}
