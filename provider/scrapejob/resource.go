// Package scrapejob is the object opp_scrape_job: targets that Prometheus scrapes.
package scrapejob

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.ScrapeJob]{
		Type:   "opp_scrape_job",
		Kind:   spec.KindScrapeJob,
		Schema: resourceSchema,
	})
}
