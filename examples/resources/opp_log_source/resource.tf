resource "opp_log_source" "api" {
  stack  = opp_monitoring_stack.main.name
  name   = "api"
  files  = { include = ["/var/log/api/*.log"] }
  labels = { service = "api" }

  parse = {
    format    = "json"
    timestamp = { field = "ts", layout = "2006-01-02T15:04:05.999Z07:00" }
    severity  = { field = "level" }
  }

  drop = ["severity == \"debug\""]

  # The plan fails if these do not come true.
  samples = [
    {
      line = jsonencode({ ts = "2026-01-31T12:00:00.5Z", level = "error", path = "/v1", msg = "boom" })
      expect = {
        severity   = "error"
        timestamp  = "2026-01-31T12:00:00.5Z"
        attributes = { path = "/v1", msg = "boom" }
      }
    },
    {
      line   = jsonencode({ level = "debug", msg = "noise" })
      expect = { dropped = true }
    },
  ]
}

# Records of several lines begin with a date.
resource "opp_log_source" "batch" {
  stack     = opp_monitoring_stack.main.name
  name      = "batch"
  files     = { include = ["/var/log/batch/**/*.log"], exclude = ["/var/log/batch/old/*"], start_at = "beginning" }
  labels    = { service = "batch" }
  multiline = { line_start_pattern = "^\\d{4}-\\d{2}-\\d{2} " }

  parse = {
    format    = "regex"
    pattern   = "^(?P<time>\\S+ \\S+) (?P<level>[A-Z]) "
    timestamp = { field = "time", layout = "%Y-%m-%d %H:%M:%S", location = "Europe/Berlin" }
    severity  = { field = "level", mapping = { error = ["E"], warn = ["W"], info = ["I"] } }
  }

  samples = [{
    line   = "2026-01-31 12:00:00 E order 7 failed\n  at step 3"
    expect = { severity = "error", timestamp = "2026-01-31T11:00:00Z" }
  }]
}

resource "opp_log_source" "system" {
  stack    = opp_monitoring_stack.main.name
  name     = "system"
  journald = { units = ["nginx.service", "postgresql@*.service"], priority = "warning" }
}

resource "opp_log_source" "containers" {
  stack        = opp_monitoring_stack.main.name
  name         = "containers"
  docker       = {}
  label_fields = { stream = "log.iostream" }
}

# Applications that send OTLP to the port of the collector.
resource "opp_log_source" "checkout" {
  stack        = opp_monitoring_stack.main.name
  name         = "checkout"
  otlp         = { match = { "service.name" = "checkout" } }
  label_fields = { service = "service.name" }
}
