package logpipeline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// directive is one of strptime.
var directive = regexp.MustCompile(`%.`)

// timeParts says which parts of a time the directives of strptime stand for.
func timeParts() map[string]string {
	return map[string]string{
		"year": "YyDxFc", "month": "moqbhBDxFc", "day": "degDxFc", "hour": "HIlTXrRc", "minute": "MTXrRc", "second": "STXrc",
		"part of a second": "Lfs", "offset": "zwijk",
	}
}

// repeated finds a part of a time that a layout of strptime has twice. With some
// lines the collector would then try layouts, each longer than the last, until
// it has no memory left.
func repeated(layout string) error {
	for _, part := range sortedKeys(timeParts()) {
		if all := standFor(layout, part); len(all) > 1 {
			return fmt.Errorf("%s has the %s twice, as %s", shown(layout), part, strings.Join(all, " and "))
		}
	}
	return nil
}

// standFor are the directives of a layout that stand for a part of a time.
func standFor(layout, part string) []string {
	letters := timeParts()[part]
	return slices.DeleteFunc(directive.FindAllString(layout, -1), func(d string) bool { return !strings.Contains(letters, d[1:]) })
}
