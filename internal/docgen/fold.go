package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// section begins a nested schema, whose anchor it captures, or what comes after
// the last one.
var section = regexp.MustCompile(`(?m)^(?:<a id="(nestedatt--[^"]+)"></a>|## )`)

// fewLines is how long a nested schema may be that is said again all the same.
const fewLines = 12

// foldPages folds every page of a directory.
func foldPages(dir string) error {
	all, err := pages(dir)
	if err != nil {
		return err
	}
	for name, text := range all {
		folded := fold(text)
		if folded == text {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(folded), 0o644); err != nil { //nolint:gosec // documentation is for everybody
			return fmt.Errorf("cannot write a page: %v", err)
		}
	}
	return nil
}

// fold leaves out of a page of tfplugindocs every long nested schema that it has
// had before, with those within, and lets what leads there lead to the first.
func fold(page string) string {
	begins := section.FindAllStringSubmatchIndex(page, -1)
	if len(begins) == 0 {
		return page
	}
	ids := make([]string, len(begins))
	for i, b := range begins {
		if b[2] >= 0 {
			ids[i] = page[b[2]:b[3]]
		}
	}
	begins = append(begins, []int{len(page)})
	kept, links := page[:begins[0][0]], []string(nil)
	first := map[string]string{}
	for i := 0; i < len(ids); i++ {
		id, end := ids[i], i+1
		for id != "" && end < len(ids) && strings.HasPrefix(ids[end], id+"--") {
			end++
		}
		whole := page[begins[i][0]:begins[end][0]]
		said := strings.TrimSpace(strings.NewReplacer(id, "", "Schema for `"+attribute(id), "Schema for `").Replace(whole))
		original, again := first[said]
		if id != "" && again && strings.Count(said, "\n") >= fewLines {
			links = append(links, "[below for nested schema](#"+id+")", fmt.Sprintf("[the nested schema for `%s`](#%s)", attribute(original), original))
			i = end - 1
			continue
		}
		if !again {
			first[said] = id
		}
		kept += page[begins[i][0]:begins[i+1][0]]
	}
	return strings.NewReplacer(links...).Replace(kept)
}

// attribute is the one whose nested schema has an anchor.
func attribute(id string) string {
	return strings.ReplaceAll(strings.TrimPrefix(id, "nestedatt--"), "--", ".")
}
