terraform import opp_alert_rule.api_down production/api-down
