package receivertest

import (
	"net/http"
	"strings"
)

// Token is what the recorder gives to clients that ask for one.
const Token = "token-of-recorder"

// replyTo is how the service answers a request, as far as Alertmanager looks.
func replyTo(r Request) (status int, body string) {
	switch {
	case strings.HasPrefix(r.Host, "sts."):
		return http.StatusOK, assumedRole
	case r.Path == "/": // Amazon's query protocol
		return http.StatusOK, published
	case r.Path == "/token":
		return http.StatusOK, `{"access_token": "` + Token + `", "token_type": "Bearer", "expires_in": 3600}`
	case strings.HasPrefix(r.Path, "/telegram/"):
		return http.StatusOK, `{"ok": true, "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "group"}}}`
	case strings.HasPrefix(r.Path, "/rocketchat/"):
		return http.StatusOK, `{"success": true}`
	case r.Path == "/wechat/gettoken":
		return http.StatusOK, `{"errcode": 0, "errmsg": "ok", "access_token": "` + Token + `"}`
	case strings.HasPrefix(r.Path, "/wechat/"):
		return http.StatusOK, `{"errcode": 0, "errmsg": "ok"}`
	case strings.HasSuffix(r.Path, "/rest/api/2/search"):
		return http.StatusOK, `{"issues": []}`
	case strings.HasPrefix(r.Path, "/jira/"):
		return http.StatusCreated, `{"id": "1", "key": "OPS-1"}`
	case strings.HasPrefix(r.Path, "/slack-app"):
		return http.StatusOK, `{"ok": true}`
	case strings.HasPrefix(r.Path, "/opsgenie/"), strings.HasPrefix(r.Path, "/pagerduty"):
		return http.StatusAccepted, `{"status": "success"}`
	}
	return http.StatusOK, "ok"
}

const published = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
<PublishResult><MessageId>1</MessageId></PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</PublishResponse>`

const assumedRole = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-session</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
<AssumedRoleUser><AssumedRoleId>1</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/opp/1</Arn></AssumedRoleUser>
</AssumeRoleResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>`
