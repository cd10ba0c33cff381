package logpipeline

import (
	"fmt"
	"regexp"
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
	found := directive.FindAllString(layout, -1)
	parts := timeParts()
	for _, part := range sortedKeys(parts) {
		var all []string
		for _, d := range found {
			if strings.Contains(parts[part], d[1:]) {
				all = append(all, d)
			}
		}
		if len(all) > 1 {
			return fmt.Errorf("%s has the %s twice, as %s", shown(layout), part, strings.Join(all, " and "))
		}
	}
	return nil
}
