package spec

import (
	"slices"
	"strings"
)

// Mattermost posts to an incoming webhook of Mattermost.
type Mattermost struct {
	WebhookURL  *Secret                `json:"webhook_url,omitempty" is:"required url"`
	Channel     string                 `json:"channel,omitempty" is:"line template"`
	Username    string                 `json:"username,omitempty" is:"line template"`
	Text        *string                `json:"text,omitempty" is:"template"`
	IconURL     string                 `json:"icon_url,omitempty" is:"line template"`
	IconEmoji   string                 `json:"icon_emoji,omitempty" is:"line template"`
	Attachments []MattermostAttachment `json:"attachments"`
	Type        string                 `json:"type,omitempty" is:"line template"`
	Props       *MattermostProps       `json:"props,omitempty"`
	Priority    *MattermostPriority    `json:"priority,omitempty"`
	HTTPConfig  *HTTP                  `json:"http_config,omitempty"`
}

// MattermostAttachment is a part of a message with a form of its own.
type MattermostAttachment struct {
	Fallback   string       `json:"fallback,omitempty" is:"template"`
	Color      string       `json:"color,omitempty" is:"line template"`
	Pretext    string       `json:"pretext,omitempty" is:"template"`
	Text       string       `json:"text,omitempty" is:"template"`
	AuthorName string       `json:"author_name,omitempty" is:"line template"`
	AuthorLink string       `json:"author_link,omitempty" is:"line template"`
	AuthorIcon string       `json:"author_icon,omitempty" is:"line template"`
	Title      string       `json:"title,omitempty" is:"template"`
	TitleLink  string       `json:"title_link,omitempty" is:"line template"`
	Fields     []ShortField `json:"fields"`
	ThumbURL   string       `json:"thumb_url,omitempty" is:"line template"`
	Footer     string       `json:"footer,omitempty" is:"template"`
	FooterIcon string       `json:"footer_icon,omitempty" is:"line template"`
	ImageURL   string       `json:"image_url,omitempty" is:"line template"`
}

// MattermostProps is what only Mattermost shows: text in its sidebar.
type MattermostProps struct {
	Card string `json:"card" is:"required template"`
}

// MattermostPriority marks a message.
type MattermostPriority struct {
	Priority                string `json:"priority" is:"required line template" oneof:"urgent important standard"`
	RequestedAck            bool   `json:"requested_ack"`
	PersistentNotifications bool   `json:"persistent_notifications"`
}

func (*Mattermost) since() string { return "0.30.0" }

// check finds what Alertmanager would silently leave out.
func (p *MattermostPriority) check(e *FieldErrors) {
	only := func(path string, set bool, allowed ...string) {
		if set && !isTemplateText(p.Priority) && !slices.Contains(allowed, p.Priority) {
			e.Add(path, "Raise the priority, or remove "+path+".", "%s needs the priority %s", path, strings.Join(allowed, " or "))
		}
	}
	only("requested_ack", p.RequestedAck, "important", "urgent")
	only("persistent_notifications", p.PersistentNotifications, "urgent")
}
