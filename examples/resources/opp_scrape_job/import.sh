terraform import opp_scrape_job.api production/api
