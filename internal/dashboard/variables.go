package dashboard

import "fmt"

// variableChanges says what differs between two variables of the same name;
// something whenever they differ.
func variableChanges(w, h object) []string {
	var changes, others []string
	query := false
	for _, key := range changed(w, h) {
		switch key {
		case "query", "definition":
			// The definition repeats the query for the list of variables.
			query = true
		case "type":
			changes = append(changes, fmt.Sprintf("type changed from %s to %s", word(w[key], "none"), word(h[key], "none")))
		case "datasource":
			changes = append(changes, fmt.Sprintf("data source changed from %s to %s", refName(w[key]), refName(h[key])))
		case "current":
			changes = append(changes, "selected value changed")
		case "label":
			changes = append(changes, fmt.Sprintf("label changed from %s to %s", word(w[key], "none"), word(h[key], "none")))
		case "options", "regex":
			changes = append(changes, key+" changed")
		default:
			others = append(others, key)
		}
	}
	return inOneList(query, changes, others)
}

// annotationChanges says what differs between two annotations of the same name;
// something whenever they differ.
func annotationChanges(w, h object) []string {
	var changes, others []string
	query := false
	for _, key := range changed(w, h) {
		switch key {
		case "expr", "query", "target", "tags":
			query = true
		case "enable":
			if h[key] == true {
				changes = append(changes, "switched on")
			} else {
				changes = append(changes, "switched off")
			}
		case "datasource":
			changes = append(changes, fmt.Sprintf("data source changed from %s to %s", refName(w[key]), refName(h[key])))
		default:
			others = append(others, key)
		}
	}
	return inOneList(query, changes, others)
}

func inOneList(query bool, changes, others []string) []string {
	if query {
		changes = append([]string{"query changed"}, changes...)
	}
	if len(others) > 0 {
		changes = append(changes, "settings changed ("+enumerate(others)+")")
	}
	return changes
}

// variableNames returns the names of the variables of a dashboard.
func variableNames(root object) map[string]bool {
	known := map[string]bool{}
	for _, variable := range section(root, "templating") {
		known[stringAt(variable, "name")] = true
	}
	return known
}
