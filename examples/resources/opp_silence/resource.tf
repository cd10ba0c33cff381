# Nobody is notified of the database host while its disks are replaced.
resource "opp_silence" "disks" {
  stack    = opp_monitoring_stack.main.name
  name     = "disks"
  matchers = ["instance=~\"db-1:.*\""]
  start    = "2026-01-31T22:00:00+01:00"
  duration = "4h"
  comment  = "The disks of db-1 are replaced (CHANGE-1234)."
}
