variable "webhook_url" {
  description = "URL that notifications are posted to. The demo starts a small receiver and sets it."
  type        = string
  default     = "http://127.0.0.1:9999/hook"
}
