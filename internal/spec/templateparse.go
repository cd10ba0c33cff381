package spec

import (
	html "html/template"
	"maps"
	"slices"
	"sync"
	text "text/template"
	"text/template/parse"

	alertmanager "github.com/prometheus/alertmanager/template"
)

// alertmanagerTemplates are Alertmanager's own templates. Nobody executes them:
// they are cloned first.
type alertmanagerTemplates struct {
	*alertmanager.Template
	text *text.Template
	html *html.Template
}

// builtInTemplates reads Alertmanager's own templates, which never change.
var builtInTemplates = sync.OnceValues(func() (alertmanagerTemplates, error) {
	var own alertmanagerTemplates
	var err error
	own.Template, err = alertmanager.FromGlobs(nil, func(text *text.Template, html *html.Template) {
		own.text, own.html = text, html
	})
	return own, err
})

// isBuiltIn tells whether Alertmanager brings a template of that name.
func isBuiltIn(name string) bool {
	own, err := builtInTemplates()
	return err == nil && own.text.Lookup(name) != nil
}

// parsedTemplate is what a text says as an Alertmanager template.
type parsedTemplate struct {
	// body tells whether there is text outside of definitions.
	body bool
	// defined are the names that it defines, used those that it refers to,
	// mentioned everything that might be the name of a label; all sorted.
	defined, used, mentioned []string
}

func parseTemplate(content string) (parsedTemplate, error) {
	const root = "\x00"
	t, err := text.New(root).Funcs(text.FuncMap(alertmanager.DefaultFuncs)).Parse(content)
	if err != nil {
		return parsedTemplate{}, err
	}
	var p parsedTemplate
	used, mentioned := map[string]bool{}, map[string]bool{}
	for _, part := range t.Templates() {
		if part.Tree == nil {
			continue
		}
		if part.Name() == root {
			p.body = !parse.IsEmptyTree(part.Root)
		} else {
			p.defined = append(p.defined, part.Name())
		}
		walkTemplate(part.Root, func(n parse.Node) {
			switch n := n.(type) {
			case *parse.TemplateNode:
				used[n.Name] = true
			case *parse.FieldNode:
				mention(mentioned, n.Ident...)
			case *parse.VariableNode:
				mention(mentioned, n.Ident[1:]...)
			case *parse.ChainNode:
				mention(mentioned, n.Field...)
			case *parse.StringNode:
				mention(mentioned, n.Text)
			}
		})
	}
	slices.Sort(p.defined)
	p.used, p.mentioned = slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(mentioned))
	return p, nil
}

func mention(names map[string]bool, more ...string) {
	for _, name := range more {
		names[name] = true
	}
}

// foreign are the templates that the text needs from elsewhere.
func (p *parsedTemplate) foreign() []string {
	return slices.DeleteFunc(slices.Clone(p.used), func(name string) bool {
		return slices.Contains(p.defined, name) || isBuiltIn(name)
	})
}

// references are the templates that a field at path needs from elsewhere.
func (p *parsedTemplate) references(path string) []Reference {
	names := p.foreign()
	references := make([]Reference, len(names))
	for i := range names {
		references[i] = Reference{Path: path, Kind: KindNotificationTemplate, Name: &names[i]}
	}
	return references
}

// walkTemplate calls visit for every node below n and for n itself.
func walkTemplate(n parse.Node, visit func(parse.Node)) {
	visit(n)
	switch n := n.(type) {
	case *parse.ListNode:
		walkTemplates(n.Nodes, visit)
	case *parse.ActionNode:
		walkPipe(n.Pipe, visit)
	case *parse.TemplateNode:
		walkPipe(n.Pipe, visit)
	case *parse.IfNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.RangeNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.WithNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.CommandNode:
		walkTemplates(n.Args, visit)
	case *parse.PipeNode:
		walkPipe(n, visit)
	case *parse.ChainNode:
		walkTemplate(n.Node, visit)
	}
}

func walkTemplates(nodes []parse.Node, visit func(parse.Node)) {
	for _, n := range nodes {
		walkTemplate(n, visit)
	}
}

func walkBranch(n *parse.BranchNode, visit func(parse.Node)) {
	walkPipe(n.Pipe, visit)
	walkTemplate(n.List, visit)
	if n.ElseList != nil {
		walkTemplate(n.ElseList, visit)
	}
}

func walkPipe(n *parse.PipeNode, visit func(parse.Node)) {
	if n == nil {
		return
	}
	for _, command := range n.Cmds {
		walkTemplate(command, visit)
	}
}
