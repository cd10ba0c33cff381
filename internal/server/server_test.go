package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server/servertest"
)

const (
	stackPath = "/v1/stacks/production"
	rulePath  = stackPath + "/objects/alert_rule/down"
	ruleBody  = `{"stack":"production","name":"down","expr":"up == 0"}`
)

func send(handler http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func TestMalformedRequests(t *testing.T) {
	for name, tc := range map[string]struct{ method, target, body, want string }{
		"no mode":              {"PUT", rulePath, ruleBody, "mode"},
		"another mode":         {"PUT", rulePath + "?mode=upsert", ruleBody, "upsert"},
		"no body":              {"PUT", rulePath + "?mode=create", "", "EOF"},
		"not JSON":             {"PUT", rulePath + "?mode=create", "expr: up", "invalid character"},
		"null":                 {"PUT", rulePath + "?mode=create", "null", `the body is "" of stack ""`},
		"cut off":              {"PUT", rulePath + "?mode=create", ruleBody[:20], "unexpected EOF"},
		"two values":           {"PUT", rulePath + "?mode=create", ruleBody + ruleBody, "more than one"},
		"garbage behind":       {"PUT", rulePath + "?mode=create", ruleBody + "]", "invalid character"},
		"an unknown field":     {"PUT", rulePath + "?mode=create", `{"exprr":"up"}`, `unknown field "exprr"`},
		"another name":         {"PUT", stackPath + "/objects/alert_rule/up?mode=create", ruleBody, `"down" of stack "production"`},
		"another stack":        {"PUT", "/v1/stacks/test/objects/alert_rule/down?mode=create", ruleBody, `"down" of stack "production"`},
		"another stack's name": {"PUT", stackPath + "?mode=create", `{"name":"test"}`, `"test"`},
		"too large":            {"PUT", rulePath + "?mode=create", `{"expr":"` + strings.Repeat("x", api.MaxBody) + `"}`, "larger than 8 MB"},
		"an unknown kind":      {"PUT", stackPath + "/objects/poem/down?mode=create", ruleBody, `kind "poem"`},
		"a stack as an object": {"PUT", stackPath + "/objects/stack/production?mode=create", `{"name":"production"}`, `kind "stack"`},
		"delete unknown kind":  {"DELETE", stackPath + "/objects/poem/down", "", `kind "poem"`},
		"delete another stack": {"DELETE", stackPath + "/objects/stack/test", "", `kind "stack"`},
		"force of what":        {"DELETE", rulePath + "?force=perhaps", "", "perhaps"},
		"a search without end": {"GET", stackPath + "/logs?query=x&limit=all", "", `limit is "all"`},
		"routing of no labels": {"POST", stackPath + "/routing", `{"labels":["a"]}`, "not such a question"},
		"routing at no time":   {"POST", stackPath + "/routing", `{"labels":{},"at":"noon"}`, "noon"},
		"routing with a poem":  {"POST", stackPath + "/routing", `{"changes":[{"kind":"poem","name":"x"}]}`, `no kind "poem"`},
		"an unknown path":      {"GET", "/v2/stacks", "", "/v2/stacks"},
		"an unknown method":    {"POST", stackPath, "", "POST"},
		"a post of an object":  {"POST", rulePath, "", "POST"},
	} {
		t.Run(name, func(t *testing.T) {
			plane := &servertest.Plane{}
			w := send(server.New(plane, server.Options{}), tc.method, tc.target, tc.body)
			var failure api.Error
			if err := json.Unmarshal(w.Body.Bytes(), &failure); err != nil {
				t.Fatalf("answer %d is not JSON: %s", w.Code, w.Body)
			}
			if failure.Code != api.CodeInvalid || w.Code != http.StatusUnprocessableEntity || w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("answer is %d %s", w.Code, w.Body)
			}
			if !strings.HasPrefix(failure.Message, "cannot ") || !strings.Contains(failure.Message, tc.want) {
				t.Errorf("message %q does not say %q", failure.Message, tc.want)
			}
			if calls := plane.Calls(); len(calls) > 0 {
				t.Errorf("the plane was called: %+v", calls)
			}
		})
	}
}

func TestWrongTypeNamesTheField(t *testing.T) {
	body := `{"stack":"production","name":"down","order":"first"}`
	w := send(server.New(&servertest.Plane{}, server.Options{}), "PUT", rulePath+"?mode=create", body)
	var failure api.Error
	if err := json.Unmarshal(w.Body.Bytes(), &failure); err != nil {
		t.Fatal(err)
	}
	if len(failure.Fields) != 1 || failure.Fields[0].Path != "order" || !strings.Contains(failure.Fields[0].Message, "string") {
		t.Errorf("fields are %+v", failure.Fields)
	}
}

func TestModeAndForceReachThePlane(t *testing.T) {
	plane := &servertest.Plane{}
	handler := server.New(plane, server.Options{})
	send(handler, "PUT", rulePath+"?mode=create", ruleBody)
	send(handler, "PUT", rulePath+"?mode=update", ruleBody)
	send(handler, "DELETE", stackPath, "")
	if w := send(handler, "DELETE", stackPath+"?force=true", ""); w.Code != http.StatusOK || w.Body.String() != "{}" {
		t.Errorf("delete answers %d %q", w.Code, w.Body)
	}
	calls := plane.Calls()
	if len(calls) != 4 || calls[0].Mode != api.PutCreate || calls[1].Mode != api.PutUpdate || calls[2].Force || !calls[3].Force {
		t.Errorf("calls are %+v", calls)
	}
}

func TestAccess(t *testing.T) {
	handler := server.New(&servertest.Plane{}, server.Options{Token: "s3cret"})
	for name, tc := range map[string]struct {
		target, authorization string
		want                  int
	}{
		"health is for everyone":   {api.PathHealth, "", http.StatusNoContent},
		"no token":                 {api.PathStacks, "", http.StatusUnauthorized},
		"another scheme":           {api.PathStacks, "Basic s3cret", http.StatusUnauthorized},
		"scheme without token":     {api.PathStacks, "Bearer ", http.StatusUnauthorized},
		"wrong token":              {api.PathStacks, "Bearer secret", http.StatusUnauthorized},
		"right token":              {api.PathStacks, "Bearer s3cret", http.StatusOK},
		"scheme in lower case":     {api.PathStacks, "bearer s3cret", http.StatusOK},
		"unknown path, no token":   {"/", "", http.StatusUnauthorized},
		"unknown path, with token": {"/", "Bearer s3cret", http.StatusUnprocessableEntity},
	} {
		t.Run(name, func(t *testing.T) {
			w := send(handler, "GET", tc.target, "", "Authorization: "+tc.authorization)
			if w.Code != tc.want {
				t.Errorf("answer is %d, want %d", w.Code, tc.want)
			}
			if challenged := w.Header().Get("WWW-Authenticate") != ""; challenged != (tc.want == http.StatusUnauthorized) {
				t.Errorf("challenge sent: %v", challenged)
			}
		})
	}
}
