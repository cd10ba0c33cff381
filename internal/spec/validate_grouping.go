package spec

import "fmt"

// GroupByAll alone in group_by groups by all labels.
const GroupByAll = "..."

// grouping checks what routes and channels say about grouping and timing.
func (e *FieldErrors) grouping(groupBy []string, wait, interval, repeat string) {
	e.groupBy(groupBy)
	if wait != "" {
		e.duration("group_wait", wait)
	}
	e.optionalDuration("group_interval", interval)
	e.optionalDuration("repeat_interval", repeat)
}

func (e *FieldErrors) groupBy(names []string) {
	seen := make(map[string]bool, len(names))
	for i, name := range names {
		path := fmt.Sprintf("group_by[%d]", i)
		switch {
		case name == GroupByAll && len(names) > 1:
			e.Add(path, `Use ["..."] alone, or name the labels.`, "%q groups by all labels and cannot stand beside others", name)
		case name == GroupByAll:
		case e.labelName(path, "a label", name) && seen[name]:
			e.Add(path, "List every label once.", "label %q is listed twice", name)
		}
		seen[name] = true
	}
}
