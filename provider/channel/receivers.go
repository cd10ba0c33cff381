package channel

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// receiverModels are the ways to notify; those that are not used are null.
type receiverModels struct {
	Webhook    types.Object `tfsdk:"webhook"`
	Email      types.Object `tfsdk:"email"`
	Slack      types.Object `tfsdk:"slack"`
	PagerDuty  types.Object `tfsdk:"pagerduty"`
	Opsgenie   types.Object `tfsdk:"opsgenie"`
	MSTeams    types.Object `tfsdk:"msteams"`
	Discord    types.Object `tfsdk:"discord"`
	Telegram   types.Object `tfsdk:"telegram"`
	Mattermost types.Object `tfsdk:"mattermost"`
	RocketChat types.Object `tfsdk:"rocketchat"`
	Jira       types.Object `tfsdk:"jira"`
	IncidentIO types.Object `tfsdk:"incidentio"`
	Pushover   types.Object `tfsdk:"pushover"`
	VictorOps  types.Object `tfsdk:"victorops"`
	Webex      types.Object `tfsdk:"webex"`
	SNS        types.Object `tfsdk:"sns"`
	WeChat     types.Object `tfsdk:"wechat"`
}

// receiver is one way to notify: its attribute, and the way between model and spec.
type receiver struct {
	name             string
	attribute        func() schema.SingleNestedAttribute
	toSpec, fromSpec func()
}

// receivers lists the ways to notify between a model and a channel.
func receivers(m *receiverModels, c *spec.Channel) []receiver {
	return []receiver{
		between("webhook", webhookAttribute, &m.Webhook, &c.Webhook),
		between("email", emailAttribute, &m.Email, &c.Email),
		between("slack", slackAttribute, &m.Slack, &c.Slack),
		between("pagerduty", pagerdutyAttribute, &m.PagerDuty, &c.PagerDuty),
		between("opsgenie", opsgenieAttribute, &m.Opsgenie, &c.Opsgenie),
		between("msteams", msteamsAttribute, &m.MSTeams, &c.MSTeams),
		between("discord", discordAttribute, &m.Discord, &c.Discord),
		between("telegram", telegramAttribute, &m.Telegram, &c.Telegram),
		between("mattermost", mattermostAttribute, &m.Mattermost, &c.Mattermost),
		between("rocketchat", rocketchatAttribute, &m.RocketChat, &c.RocketChat),
		between("jira", jiraAttribute, &m.Jira, &c.Jira),
		between("incidentio", incidentioAttribute, &m.IncidentIO, &c.IncidentIO),
		between("pushover", pushoverAttribute, &m.Pushover, &c.Pushover),
		between("victorops", victoropsAttribute, &m.VictorOps, &c.VictorOps),
		between("webex", webexAttribute, &m.Webex, &c.Webex),
		between("sns", snsAttribute, &m.SNS, &c.SNS),
		between("wechat", wechatAttribute, &m.WeChat, &c.WeChat),
	}
}

func between[T any](name string, attribute func() schema.SingleNestedAttribute, model *types.Object, field **T) receiver {
	return receiver{
		name:      name,
		attribute: attribute,
		toSpec:    func() { *field = tfkit.StructOf[T](*model) },
		fromSpec:  func() { *model = tfkit.ObjectOf(*model, *field) },
	}
}

// receiverAttributes are the attributes of all ways to notify.
func receiverAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, r := range receivers(&receiverModels{}, &spec.Channel{}) {
		attributes[r.name] = r.attribute()
	}
	return attributes
}

// withHTTP adds the docs of what all have that speak HTTP.
func withHTTP(docs tfkit.Docs) tfkit.Docs {
	client := tfkit.Docs{"http_config": "How to reach the service: proxy, TLS and authentication."}
	return docs.With(client, tfkit.HTTPDocs().Under("http_config"))
}

// withReceivers adds the ways to notify to other attributes.
func withReceivers(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	maps.Copy(attributes, receiverAttributes())
	return attributes
}
