package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// nested is a nested schema as tfplugindocs writes it.
func nested(path string, lines ...string) string {
	return fmt.Sprintf("<a id=\"nestedatt--%s\"></a>\n### Nested Schema for `%s`\n\nOptional:\n\n%s\n\n",
		strings.ReplaceAll(path, ".", "--"), path, strings.Join(lines, "\n"))
}

func below(name, path string) string {
	return fmt.Sprintf("- `%s` (Attributes) Reach it. (see [below for nested schema](#nestedatt--%s))", name, strings.ReplaceAll(path, ".", "--"))
}

func TestFold(t *testing.T) {
	long := strings.Split(strings.Repeat("- `x` (String) One of many.\n", fewLines), "\n")
	const head, tail = "# page\n\n## Schema\n\n- `name` (String) Name.\n\n", "\n## Import\n\nAs always.\n"
	http := func(path string) string {
		return nested(path, below("tls", path+".tls")) + nested(path+".tls", long...)
	}
	page := head +
		nested("a", below("http", "a.http")) + http("a.http") +
		nested("b", below("http", "b.http"), below("small", "b.small")) + http("b.http") + nested("b.small", "- `y` (String) Why.") +
		nested("c", below("http", "c.http"), below("small", "c.small")) + nested("c.http", below("tls", "c.http.tls"), "- `own` (String) Own.") +
		nested("c.http.tls", long...) + nested("c.small", "- `y` (String) Why.") + tail
	there := func(name, path string) string {
		return strings.Replace(below(name, path), "below for nested schema", "the nested schema for `"+path+"`", 1)
	}
	want := head +
		nested("a", below("http", "a.http")) + http("a.http") +
		nested("b", there("http", "a.http"), below("small", "b.small")) + nested("b.small", "- `y` (String) Why.") +
		nested("c", below("http", "c.http"), below("small", "c.small")) + nested("c.http", there("tls", "a.http.tls"), "- `own` (String) Own.") +
		nested("c.small", "- `y` (String) Why.") + tail
	if got := fold(page); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if got := fold(want); got != want {
		t.Errorf("folded again it is:\n%s", got)
	}
	for _, plain := range []string{"", "# guide\n\n## A chapter\n\n## A chapter\n"} {
		if got := fold(plain); got != plain {
			t.Errorf("%q becomes %q", plain, got)
		}
	}
}

// Whatever a page refers to is on it.
func TestLinksWithinPages(t *testing.T) {
	all, err := pages("../../docs")
	if err != nil || len(all) < 10 {
		t.Fatalf("%d pages: %v", len(all), err)
	}
	for name, text := range all {
		for _, link := range regexp.MustCompile(`\]\(#(nestedatt--[^)]+)\)`).FindAllStringSubmatch(text, -1) {
			if !strings.Contains(text, `<a id="`+link[1]+`"></a>`) {
				t.Errorf("%s leads to %s, which is not there", name, link[1])
			}
		}
	}
}
