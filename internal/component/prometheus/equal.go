package prometheus

import "reflect"

// sameExpr tells whether two PromQL texts mean the same. What does not parse
// equals nothing but itself.
func (c *Component) sameExpr(a, b string) bool {
	if a == b {
		return true
	}
	x, err := c.parser.ParseExpr(a)
	if err != nil {
		return false
	}
	// The server prints what it parsed, so mostly one parse will do.
	printed := x.String()
	if printed == b {
		return true
	}
	y, err := c.parser.ParseExpr(b)
	return err == nil && printed == y.String()
}

// difference names the first section or scrape job in which two resolved
// configurations differ, empty if there is none.
func (c *config) difference(other *config) string {
	switch {
	case !reflect.DeepEqual(c.Global, other.Global):
		return "global"
	case !reflect.DeepEqual(c.RuleFiles, other.RuleFiles):
		return "rule_files"
	case !reflect.DeepEqual(c.Alerting, other.Alerting):
		return "alerting"
	case c.Storage != nil && !reflect.DeepEqual(c.Storage, other.Storage):
		return "storage"
	}
	for i := range c.ScrapeConfigs {
		job := &c.ScrapeConfigs[i]
		if running := other.job(job.JobName); running == nil || !job.same(running) {
			return "scrape job " + job.JobName
		}
	}
	for i := range other.ScrapeConfigs {
		if name := other.ScrapeConfigs[i].JobName; c.job(name) == nil {
			return "scrape job " + name
		}
	}
	return ""
}

// same compares what we set.
func (s *scrapeConfig) same(other *scrapeConfig) bool {
	a, b := *s, *other
	a.Others, b.Others = nil, nil
	return reflect.DeepEqual(a, b)
}
