package dashboard

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Dashboard is a parsed dashboard. It is never changed after [Parse] and may be
// used by several goroutines at once.
type Dashboard struct {
	root object
}

// object is a JSON object. Numbers in it are json.Number.
type object = map[string]any

// Title returns the title of the dashboard, empty if it has none.
func (d *Dashboard) Title() string { return stringAt(d.root, "title") }

// UID returns the uid that the JSON itself names, empty if it names none.
func (d *Dashboard) UID() string { return stringAt(d.root, "uid") }

// Parse reads a dashboard in the classic JSON model. The error is one sentence:
// text that is no JSON is reported with line and column, a dashboard in another
// model with what to export instead, a list that Grafana could not walk through
// with its path. What Grafana would accept and still not be right is for [Lint].
func Parse(text string) (*Dashboard, error) {
	root, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("cannot read dashboard JSON: %s", err)
	}
	return Of(root)
}

// Of is Parse for what was decoded already, with numbers as json.Number. The
// model must not be changed any more.
func Of(root map[string]any) (*Dashboard, error) {
	if err := checkModel(root); err != nil {
		return nil, fmt.Errorf("cannot use dashboard JSON: %s", err)
	}
	if err := checkShape(root); err != nil {
		return nil, fmt.Errorf("cannot use dashboard JSON: %s", err)
	}
	return &Dashboard{root: root}, nil
}

func decode(text string) (object, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, explain(text, err)
	}
	if rest := nextByte(text, decoder.InputOffset()); rest < int64(len(text)) {
		return nil, fmt.Errorf("%s: something follows the end of the dashboard", position(text, rest))
	}
	root, ok := value.(object)
	if !ok {
		return nil, fmt.Errorf("it is %s, not an object", kindOf(value))
	}
	return root, nil
}

func explain(text string, err error) error {
	var syntax *json.SyntaxError
	switch {
	case strings.TrimSpace(text) == "":
		return errors.New("it is empty")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: it ends too early", position(text, int64(len(text))))
	case errors.As(err, &syntax):
		// The offset counts the offending byte.
		return fmt.Errorf("%s: %v", position(text, max(syntax.Offset-1, 0)), err)
	}
	return err
}

// nextByte returns the offset of the first byte at or after offset that is no
// white space.
func nextByte(text string, offset int64) int64 {
	rest := text[min(offset, int64(len(text))):]
	return int64(len(text) - len(strings.TrimLeft(rest, " \t\r\n")))
}

// position says where the byte at offset is. Columns count bytes, as editors'
// error lists do.
func position(text string, offset int64) string {
	before := text[:min(offset, int64(len(text)))]
	line := strings.Count(before, "\n") + 1
	column := len(before) - strings.LastIndexByte(before, '\n')
	return fmt.Sprintf("line %d, column %d", line, column)
}

// checkModel refuses documents that hold a dashboard in another form, because
// Grafana would store them as an empty dashboard.
func checkModel(root object) error {
	version, kind := stringAt(root, "apiVersion"), stringAt(root, "kind")
	_, elements := root["elements"].(object)
	spec, enveloped := root["spec"].(object)
	enveloped = enveloped && (version != "" || kind != "")
	if enveloped {
		_, elements = spec["elements"].(object)
	}
	inner, wrapped := root["dashboard"].(object)
	switch {
	case elements:
		return errors.New(`it is in the dashboard schema v2 ("elements"), which this resource cannot save: export it from Grafana with the model "Classic"`)
	case enveloped:
		return fmt.Errorf(`it is a Kubernetes-style resource (apiVersion %q): use what is under "spec", or export it from Grafana with the model "Classic"`, version)
	case wrapped && root["panels"] == nil && inner != nil:
		return errors.New(`it is an answer or a request of Grafana's API: use what is under "dashboard"`)
	}
	return nil
}

// checkShape makes sure that the lists a dashboard is made of are lists of
// objects, so that nobody after it has to ask again.
func checkShape(root object) error {
	if err := checkPanels(root, "panels"); err != nil {
		return err
	}
	rows, err := objects(root, "rows", "")
	if err != nil {
		return err
	}
	for i, row := range rows {
		if err := checkPanels(row, fmt.Sprintf("rows[%d].panels", i)); err != nil {
			return err
		}
	}
	for _, holder := range []string{"templating", "annotations"} {
		value, exists := root[holder]
		if value == nil || !exists {
			continue
		}
		inner, ok := value.(object)
		if !ok {
			return fmt.Errorf("%s is %s, not an object", holder, kindOf(value))
		}
		if _, err := objects(inner, "list", holder+"."); err != nil {
			return err
		}
	}
	return nil
}

func checkPanels(holder object, path string) error {
	panels, err := objects(holder, "panels", strings.TrimSuffix(path, "panels"))
	if err != nil {
		return err
	}
	for i, panel := range panels {
		if panel["panels"] == nil {
			continue
		}
		if err := checkPanels(panel, fmt.Sprintf("%s[%d].panels", path, i)); err != nil {
			return err
		}
	}
	return nil
}

// objects returns the list of objects under key; none if it is absent or null.
func objects(holder object, key, prefix string) ([]object, error) {
	value := holder[key]
	if value == nil {
		return nil, nil
	}
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%s%s is %s, not a list", prefix, key, kindOf(value))
	}
	found := make([]object, len(list))
	for i, element := range list {
		if found[i], ok = element.(object); !ok {
			return nil, fmt.Errorf("%s%s[%d] is %s, not an object", prefix, key, i, kindOf(element))
		}
	}
	return found, nil
}

// children returns what objects returns where [Parse] has already checked.
func children(holder object, key string) []object {
	list, _ := holder[key].([]any)
	found := make([]object, 0, len(list))
	for _, element := range list {
		if o, ok := element.(object); ok {
			found = append(found, o)
		}
	}
	return found
}

func stringAt(o object, key string) string {
	s, _ := o[key].(string)
	return s
}

func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case []any:
		return "a list"
	}
	return "an object"
}

// encode returns JSON with sorted keys. What it is given came from JSON.
func encode(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("cannot encode what was decoded from JSON: %v", err))
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte{'\n'})
}
