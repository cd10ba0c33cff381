package controlplane_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func channel(name string) *spec.Channel {
	return &spec.Channel{Stack: "production", Name: name, Webhook: &spec.Webhook{URL: "http://127.0.0.1:9/" + name}}
}

func route(name, channel string, matchers ...string) *spec.Route {
	return &spec.Route{Stack: "production", Name: name, Channel: channel, Matchers: matchers}
}

func (f fixture) delete(kind spec.Kind, name string) error {
	return f.Delete(context.Background(), kind, "production", name, false)
}

func TestReferenceToNothingIsRefused(t *testing.T) {
	f := withStack(t)
	_, err := f.Put(context.Background(), route("db", "oncall", `team="db"`), api.PutCreate)
	e := (*api.Error)(nil)
	if !errors.As(err, &e) || e.Code != api.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Path != "channel" || !strings.Contains(e.Fields[0].Hint, "opp_notification_channel.NAME.name") {
		t.Errorf("error = %#v", err)
	}
}

func TestWhatIsInUseStays(t *testing.T) {
	f := withStack(t)
	f.mustPut(t, channel("oncall"), api.PutCreate)
	f.mustPut(t, route("db", "oncall", `team="db"`), api.PutCreate)
	below := route("night", "", `when="night"`)
	below.Parent = "db"
	f.mustPut(t, below, api.PutCreate)
	for _, tt := range []struct {
		kind spec.Kind
		name string
		by   string
	}{
		{spec.KindChannel, "oncall", `route "db", in channel`},
		{spec.KindRoute, "db", `route "night", in parent`},
	} {
		err := f.delete(tt.kind, tt.name)
		e := (*api.Error)(nil)
		if !errors.As(err, &e) || e.Code != api.CodeInUse || !strings.Contains(e.Detail, tt.by) || !strings.Contains(e.Detail, "opp_"+string(tt.kind)+".NAME.name") {
			t.Errorf("deleting %s: %#v", tt.name, err)
		}
	}
	for _, step := range []struct {
		kind spec.Kind
		name string
	}{{spec.KindRoute, "night"}, {spec.KindRoute, "db"}, {spec.KindChannel, "oncall"}} {
		if err := f.delete(step.kind, step.name); err != nil {
			t.Error(err)
		}
	}
}
