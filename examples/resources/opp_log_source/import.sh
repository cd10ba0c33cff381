terraform import opp_log_source.api production/api
