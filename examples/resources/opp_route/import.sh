terraform import opp_route.database production/database
