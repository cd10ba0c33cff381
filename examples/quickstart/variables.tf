variable "webhook_url" {
  description = "URL that notifications are posted to. The demo starts a small receiver and sets it."
  type        = string
  default     = "http://127.0.0.1:9999/hook"
}

variable "grafana" {
  description = "Whether to run Grafana, which has to be downloaded: unlike the others it cannot be built."
  type        = bool
  default     = false
}

variable "grafana_home" {
  description = "A Grafana home directory to run instead of downloading one."
  type        = string
  default     = null
}
