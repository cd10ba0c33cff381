package spec

import (
	"fmt"
	"slices"
)

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
	for i, name := range names {
		if name == GroupByAll && len(names) > 1 {
			e.Add(fmt.Sprintf("group_by[%d]", i), `Use ["..."] alone, or name the labels.`, "%q groups by all labels and cannot stand beside others", name)
		}
	}
	e.labelList("group_by", names, GroupByAll)
}

// labelList checks a list of label names; special ones are let pass.
func (e *FieldErrors) labelList(path string, names []string, special ...string) {
	for i, name := range names {
		at := fmt.Sprintf("%s[%d]", path, i)
		if !slices.Contains(special, name) && e.labelName(at, "a label", name) && slices.Contains(names[:i], name) {
			e.Add(at, "List every label once.", "label %q is listed twice", name)
		}
	}
}
