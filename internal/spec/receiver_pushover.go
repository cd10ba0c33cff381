package spec

import "time"

// Pushover sends push messages.
type Pushover struct {
	UserKey  *Secret `json:"user_key,omitempty" is:"required"`
	Token    *Secret `json:"token,omitempty" is:"required"`
	Title    *string `json:"title,omitempty" is:"template"`
	Message  *string `json:"message,omitempty" is:"template"`
	URL      *string `json:"url,omitempty" is:"line template"`
	URLTitle string  `json:"url_title,omitempty" is:"line template"`
	Device   string  `json:"device,omitempty" is:"line template"`
	Sound    string  `json:"sound,omitempty" is:"line template"`
	// Priority is 2, which asks for an acknowledgement, for what fires and 0
	// for what is resolved where it is nil.
	Priority *string `json:"priority,omitempty" is:"line template" oneof:"-2 -1 0 1 2"`
	// Retry and Expire bound how often and how long a message of priority 2 is repeated.
	Retry      string `json:"retry,omitempty" is:"duration"`
	Expire     string `json:"expire,omitempty" is:"duration"`
	TTL        string `json:"ttl,omitempty" is:"duration"`
	HTML       bool   `json:"html"`
	Monospace  bool   `json:"monospace"`
	HTTPConfig *HTTP  `json:"http_config,omitempty"`
}

// What Pushover takes of messages with priority 2.
const (
	minPushoverRetry  = 30 * time.Second
	maxPushoverExpire = 3 * time.Hour
)

func (*Pushover) since() string { return "0.26.0" }

func (p *Pushover) check(e *FieldErrors) {
	if p.HTML && p.Monospace {
		e.Add("monospace", "Remove one of the two.", "html and monospace cannot be used together")
	}
	if d, err := ParseDuration(p.Retry); err == nil && d < minPushoverRetry {
		e.Add("retry", "Give 30s or more.", "Pushover repeats a message no sooner than after 30s, not %s", quote(p.Retry))
	}
	if d, err := ParseDuration(p.Expire); err == nil && d > maxPushoverExpire {
		e.Add("expire", "Give 3h or less.", "Pushover repeats a message for no longer than 3h, not %s", quote(p.Expire))
	}
}
