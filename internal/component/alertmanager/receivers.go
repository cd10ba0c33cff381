package alertmanager

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// integrationsKey is where a receiver of the kind lists its integrations.
func integrationsKey(kind string) string {
	if kind == "msteams" {
		return "msteamsv2_configs"
	}
	return kind + "_configs"
}

// secretKey is the field that names the file of a secret, and the one beside it
// that would hold the secret itself.
func secretKey(name string) (file, inline string) {
	inline = strings.TrimSuffix(name, "_wo")
	return inline + "_file", inline
}

// receiverOf is the receiver of a channel: its name and its one integration.
// The fields of an integration are those of spec, under the same names but for
// secrets.
func receiverOf(in component.Input, c *spec.Channel) (*yaml.Node, error) {
	set := c.Receivers()
	switch {
	case c.Name == nowhere:
		return nil, fmt.Errorf("the name %q is reserved", nowhere)
	case len(set) != 1:
		return nil, fmt.Errorf("it is of %d kinds", len(set))
	}
	integration, err := encoder{in}.mapping(reflect.ValueOf(inFull(in, set[0].Receiver)).Elem())
	if err != nil {
		return nil, err
	}
	resolved := mapping("send_resolved", scalar(c.SendResolved))
	integration.Content = append(resolved.Content, integration.Content...)
	list := &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{integration}}
	r := mapping("name", scalar(c.Name))
	r.Content = append(r.Content, scalar(integrationsKey(set[0].Kind)), list)
	return r, nil
}

// inFull writes out what a receiver says for short or leaves to the stack.
func inFull(in component.Input, r spec.Receiver) spec.Receiver {
	switch r := r.(type) {
	case *spec.Email:
		return r.Of(&in.State.Stack)
	case *spec.Webhook:
		if r.BearerToken == nil {
			return r
		}
		full, client := *r, spec.HTTP{}
		if r.HTTPConfig != nil {
			client = *r.HTTPConfig
		}
		client.Authorization = &spec.Authorization{Type: "Bearer", Credentials: r.BearerToken}
		full.BearerToken, full.HTTPConfig = nil, &client
		return &full
	}
	return r
}

// encoder turns values of spec into YAML. Absent and zero fields are left out:
// for Alertmanager they are its defaults.
type encoder struct{ in component.Input }

func (e encoder) mapping(v reflect.Value) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range reflect.VisibleFields(v.Type()) {
		name, _ := spec.WireName(f)
		value := v.FieldByIndex(f.Index)
		if name == "" || isAbsent(value) {
			continue
		}
		if secret, ok := value.Interface().(*spec.Secret); ok {
			name, _ = secretKey(name)
			value = reflect.ValueOf(e.in.SecretPath(secret))
		}
		node, err := e.node(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		n.Content = append(n.Content, scalar(name), node)
	}
	return n, nil
}

// client is an HTTP client. Headers with values and headers with files are one
// map to Alertmanager.
func (e encoder) client(c spec.HTTP) (*yaml.Node, error) {
	headers := map[string]map[string][]string{}
	for name, value := range c.Headers {
		headers[name] = map[string][]string{"values": {value}}
	}
	for name, path := range c.HeaderFiles {
		headers[name] = map[string][]string{"files": {path}}
	}
	c.Headers, c.HeaderFiles = nil, nil
	n, err := e.mapping(reflect.ValueOf(c))
	if err != nil || len(headers) == 0 {
		return n, err
	}
	node := &yaml.Node{}
	if err := node.Encode(headers); err != nil {
		return nil, fmt.Errorf("http_headers: %w", err)
	}
	n.Content = append(n.Content, scalar("http_headers"), node)
	return n, nil
}

func isAbsent(v reflect.Value) bool {
	return v.IsZero() || (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0
}

func (e encoder) node(v reflect.Value) (*yaml.Node, error) {
	n := &yaml.Node{}
	switch v.Kind() {
	case reflect.Pointer:
		return e.node(v.Elem())
	case reflect.Struct:
		if c, ok := v.Interface().(spec.HTTP); ok {
			return e.client(c)
		}
		return e.mapping(v)
	case reflect.Slice:
		n.Kind = yaml.SequenceNode
		for i := range v.Len() {
			element, err := e.node(v.Index(i))
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, element)
		}
		return n, nil
	default:
		if fields, ok := v.Interface().(map[string]spec.JSON); ok {
			return jsonMapping(fields)
		}
		return n, n.Encode(v.Interface())
	}
}

// jsonMapping holds what texts in JSON say.
func jsonMapping(fields map[string]spec.JSON) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		var document yaml.Node // JSON is YAML
		if err := yaml.Unmarshal([]byte(fields[name]), &document); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		n.Content = append(n.Content, scalar(name), document.Content[0])
	}
	return n, nil
}

func mapping(key string, value *yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar(key), value}}
}

// scalar is a text, number or boolean; those can always be encoded.
func scalar(v any) *yaml.Node {
	n := &yaml.Node{}
	if err := n.Encode(v); err != nil {
		panic(err)
	}
	return n
}
