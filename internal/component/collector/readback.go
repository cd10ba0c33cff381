package collector

import (
	"fmt"
	"maps"
	"slices"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// readBack writes the settings of a running receiver that differ into the
// attributes that they come from, and returns those that come from several.
func readBack(in component.Input, s *spec.LogSource, running section, differing []string) []string {
	if s.Files != nil {
		files := *s.Files
		s.Files = &files
	}
	if s.Journald != nil {
		journal := *s.Journald
		s.Journald = &journal
	}
	left := slices.DeleteFunc(differing, func(key string) bool { return readBackOne(s, key, running[key]) })
	if s.Files != nil {
		s.Files.Include = without(s.Files.Include, anchor(in))
		s.Files.Exclude = without(s.Files.Exclude, append(kept(in), compressed)...)
	}
	return left
}

// without is a list without what is ours in it.
func without(list []string, ours ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(one string) bool { return slices.Contains(ours, one) })
}

func readBackOne(s *spec.LogSource, key string, value any) bool {
	switch {
	case key == "resource":
		return readLabels(s, value)
	case key == "multiline":
		return readMultiline(s, value)
	case s.Files != nil && key == "include":
		s.Files.Include = texts(value)
	case s.Files != nil && key == "exclude":
		s.Files.Exclude = texts(value)
	case s.Files != nil && key == "start_at":
		s.Files.StartAt = text(value)
	case s.Journald != nil && key == "units":
		s.Journald.Units = texts(value)
	case s.Journald != nil && key == "priority":
		s.Journald.Priority = text(value)
	case s.Journald != nil && key == "directory":
		s.Journald.Directory = text(value)
	default:
		return false
	}
	return true
}

// readLabels takes labels only if that explains the difference: the one that
// names the source is no attribute.
func readLabels(s *spec.LogSource, value any) bool {
	values, _ := value.(section)
	labels, written := map[string]string{}, resource(s.Labels)
	for name, value := range values {
		labels[name] = text(value)
		if written[name] == labels[name] {
			labels[name] = s.Labels[name]
		}
	}
	if labels[spec.LogSourceLabel] != s.Name || maps.Equal(labels, s.IndexLabels()) {
		return false
	}
	delete(labels, spec.LogSourceLabel)
	s.Labels = labels
	return true
}

func readMultiline(s *spec.LogSource, value any) bool {
	patterns, _ := value.(section)
	s.Multiline = nil
	if len(patterns) > 0 {
		s.Multiline = &spec.LogMultiline{
			LineStartPattern: text(patterns["line_start_pattern"]), LineEndPattern: text(patterns["line_end_pattern"]),
		}
	}
	return true
}

// text is a setting as a text, empty if it is not set.
func text(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// texts is a setting as a list, empty if it is not set.
func texts(value any) []string {
	list, _ := value.([]any)
	all := make([]string, len(list))
	for i, one := range list {
		all[i] = text(one)
	}
	return all
}
