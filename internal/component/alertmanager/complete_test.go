package alertmanager_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	upstream "github.com/prometheus/alertmanager/config"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// leftOut are the fields of Alertmanager's receivers that channels do not have,
// and why.
var leftOut = map[string]string{
	"msteams_configs":               "Microsoft has turned the connectors off; msteams is msteamsv2",
	"rocketchat_configs.link_names": "Alertmanager reads it and does nothing with it",

	"sns_configs.sigv4.access_key":            "no file may hold it but Amazon's own, and the configuration holds no secrets",
	"sns_configs.sigv4.secret_key":            "the same",
	"sns_configs.sigv4.external_id":           "Alertmanager reads it and does nothing with it",
	"sns_configs.sigv4.service_name":          "the same",
	"sns_configs.sigv4.session_name":          "the same",
	"sns_configs.sigv4.tags":                  "the same",
	"sns_configs.sigv4.use_fips_sts_endpoint": "the same",
}

// leftOutOfClients are those of its HTTP client and of TLS.
var leftOutOfClients = map[string]string{
	"bearer_token":           "authorization is the same",
	"bearer_token_file":      "authorization is the same",
	"proxy_connect_header":   "a password of a proxy would be in the configuration",
	"proxy_from_environment": "components get no environment of the user's, and proxy_url says it where one can see it",

	"oauth2.no_proxy":               "proxy_url is enough",
	"oauth2.proxy_connect_header":   "a password of a proxy would be in the configuration",
	"oauth2.proxy_from_environment": "components get no environment of the user's, and proxy_url says it where one can see it",
	// Channels have the grant type that is the default, with a secret.
	"oauth2.grant_type":                  "",
	"oauth2.audience":                    "",
	"oauth2.claims":                      "",
	"oauth2.client_certificate_key":      "",
	"oauth2.client_certificate_key_file": "",
	"oauth2.client_certificate_key_id":   "",
	"oauth2.iss":                         "",
	"oauth2.signature_algorithm":         "",
}

// Every kind of receiver that this Alertmanager has is a kind of channel, with
// all of its fields.
func TestReceiversAreComplete(t *testing.T) {
	ours := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[spec.Channel]()) {
		if name, _ := spec.WireName(f); f.Type.Implements(reflect.TypeFor[spec.Receiver]()) {
			ours[integrationsKey(name)] = f.Type
		}
	}
	missing := map[string]string{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[upstream.Receiver]()) {
		list := yamlName(f)
		if !strings.HasSuffix(list, "_configs") {
			continue
		}
		kind, ok := ours[list]
		if !ok {
			missing[list] = ""
			continue
		}
		lacking(missing, list, element(f.Type), element(kind))
	}
	maps.DeleteFunc(missing, func(path, _ string) bool {
		_, client, ok := strings.Cut(path, ".http_config.")
		_, known := leftOutOfClients[client]
		return ok && known || strings.HasSuffix(path, ".send_resolved") // which is the channel's
	})
	if diff := cmp.Diff(slices.Sorted(maps.Keys(leftOut)), slices.Sorted(maps.Keys(missing))); diff != "" {
		t.Errorf("what channels lack (-expected +found):\n%s", diff)
	}
}

// lacking notes what theirs has and ours has not, below a path.
func lacking(missing map[string]string, path string, theirs, ours reflect.Type) {
	known := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(ours) {
		name, _ := spec.WireName(f)
		known[name] = f.Type
	}
	for _, f := range reflect.VisibleFields(theirs) {
		name := yamlName(f)
		if name == "" || name == "-" || strings.HasSuffix(name, "_ref") {
			continue // those refer to managers of secrets, which Alertmanager has none of
		}
		at := path + "." + name
		// A secret is the file that names it, too.
		plain := strings.TrimSuffix(name, "_file")
		own, ok := known[name]
		if !ok {
			own, ok = known[plain]
		}
		if !ok {
			own, ok = known[plain+"_wo"]
		}
		switch {
		case !ok:
			missing[at] = ""
		case element(f.Type).Kind() == reflect.Struct && element(own).Kind() == reflect.Struct && own != reflect.TypeFor[*spec.Secret]():
			lacking(missing, at, element(f.Type), element(own))
		}
	}
}

// yamlName is the name of a field in a file; empty for what is inlined, whose
// fields are visible.
func yamlName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}

// element is what a pointer, list or map is of.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t
}

// integrationsKey is where Alertmanager lists the receivers of a kind.
func integrationsKey(kind string) string {
	return strings.Replace(kind, "msteams", "msteamsv2", 1) + "_configs"
}
