terraform import opp_log_retention.audit production/audit
