//go:build unix

package grafanatest_test

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest"
)

func TestRestartKeepsEverything(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]syscall.Signal{"terminated": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := install(t)
			before := in.start()
			before.must(200, "POST", "/api/folders", `{"uid":"f","title":"F"}`)
			before.must(200, "POST", "/api/dashboards/db", `{"dashboard":{"uid":"d","title":"One","tags":["t"]},"folderUid":"f"}`)
			before.must(200, "POST", "/api/dashboards/db", `{"dashboard":{"uid":"d","title":"Two","version":1},"folderUid":"f"}`)
			before.must(200, "POST", "/api/dashboards/db", `{"dashboard":{"uid":"gone","title":"Gone"}}`)
			before.must(200, "DELETE", "/api/dashboards/uid/gone", "")
			before.must(200, "POST", "/api/annotations", `{"text":"x","tags":["t"]}`)
			before.must(200, "POST", "/api/datasources", `{"uid":"s","name":"S","type":"loki","access":"proxy","secureJsonData":{"a":"b"}}`)
			before.must(200, "PUT", "/api/admin/users/1/password", `{"password":"second"}`)
			admin := before.as(asAdmin("second"))
			token := admin.newToken("opp", "Editor")
			questions := []string{
				"/api/folders/f", "/api/dashboards/uid/d", "/api/dashboards/uid/d/versions", "/api/annotations",
				"/api/datasources/uid/s", "/api/serviceaccounts/2/tokens", "/api/search", "/api/users/lookup?loginOrEmail=admin",
			}
			answers := map[string]string{}
			for _, question := range questions {
				answers[question] = admin.must(200, "GET", question, "").text
			}
			if status := before.end(signal); (status == 0) != (signal == syscall.SIGTERM) {
				t.Errorf("exit status %d", status)
			}

			in.write("password", "of no importance any more")
			after := in.start()
			after.must(401, "GET", "/api/org", "")
			admin.address, token.address = after.address, after.address
			for _, question := range questions {
				if got := admin.must(200, "GET", question, ""); got.text != answers[question] {
					t.Errorf("%s: %s, before: %s", question, got.text, answers[question])
				}
			}
			if made := token.must(200, "POST", "/api/dashboards/db", `{"dashboard":{"title":"T"}}`); made.field("id") != 4.0 {
				t.Errorf("an id is used again: %s", made.text)
			}
		})
	}
}

// TestLineThatWasCutOff is a kill in the middle of a write.
func TestLineThatWasCutOff(t *testing.T) {
	t.Parallel()
	in := install(t)
	before := in.start()
	before.must(200, "POST", "/api/folders", `{"uid":"whole","title":"F"}`)
	before.must(200, "POST", "/api/folders", `{"uid":"cut","title":"F"}`)
	before.end(syscall.SIGKILL)
	journal := in.path("data/grafana.db")
	info, err := os.Stat(journal)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(journal, info.Size()-10); err != nil {
		t.Fatal(err)
	}
	after := in.start()
	after.must(200, "GET", "/api/folders/whole", "")
	after.must(404, "GET", "/api/folders/cut", "")
	after.must(200, "POST", "/api/folders", `{"uid":"cut","title":"F"}`)
	after.end(syscall.SIGKILL)
	in.start().must(200, "GET", "/api/folders/cut", "")
}

func TestProvisioning(t *testing.T) {
	t.Parallel()
	in := install(t)
	in.write("secret", "pa$sword\n")
	source := func(more string) string {
		return "apiVersion: 1\nprune: true\ndatasources:\n" +
			"- {name: Prometheus, uid: prometheus, type: prometheus, url: 'http://127.0.0.1:9/$$x', isDefault: true, jsonData: {httpMethod: POST}," +
			" basicAuth: true, basicAuthUser: u, secureJsonData: {basicAuthPassword: '$__file{" + in.path("secret") + "}'}}\n" + more
	}
	in.write("provisioning/datasources/opp.yaml", source("- {name: Loki, type: loki, editable: true}\n"))
	in.write("provisioning/dashboards/opp.yml", "apiVersion: 1\nproviders: [{name: p, type: file, options: {path: "+in.path("boards")+"}}]\n")
	in.write("boards/p.json", `{"uid":"p","title":"P"}`)
	grafana := in.start()
	got := grafana.await(200, "GET", "/api/datasources/uid/prometheus")
	if got.field("readOnly") != true || got.field("url") != "http://127.0.0.1:9/$x" || got.field("secureJsonFields", "basicAuthPassword") != true {
		t.Errorf("data source %s", got.text)
	}
	grafana.must(403, "PUT", "/api/datasources/uid/prometheus", `{"name":"Prometheus","type":"prometheus","access":"proxy"}`)
	grafana.must(403, "DELETE", "/api/datasources/uid/prometheus", "")
	grafana.must(400, "POST", "/api/dashboards/db", `{"dashboard":{"uid":"p","title":"Q"},"overwrite":true}`)
	grafana.must(200, "GET", "/api/datasources/name/Loki", "")

	in.write("boards/p.json", `{"uid":"p","title":"Changed"}`)
	grafana.must(200, "POST", "/api/admin/provisioning/dashboards/reload", "")
	if got := grafana.must(200, "GET", "/api/dashboards/uid/p", ""); got.field("dashboard", "title") != "Changed" || got.field("meta", "provisioned") != true {
		t.Errorf("dashboard %s", got.text)
	}
	grafana.end(syscall.SIGTERM)

	in.write("provisioning/datasources/opp.yaml", source(""))
	again := in.start()
	again.await(404, "GET", "/api/datasources/name/Loki")
	again.must(200, "GET", "/api/datasources/uid/prometheus", "")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	in := install(t)
	in.write("grafana.ini", in.ini("127.0.0.1:0", "[auth.anonymous]\nenabled = true\n[server]\nroot_url = https://example.org/grafana/\n"))
	grafana := in.start()
	grafana.as(nil).must(200, "GET", "/api/folders", "")
	grafana.as(nil).must(403, "POST", "/api/folders", `{"title":"F"}`)
	if got := grafana.must(200, "POST", "/api/dashboards/db", `{"dashboard":{"uid":"d","title":"D"}}`); got.field("url") != "/grafana/d/d/d" {
		t.Errorf("address in %s", got.text)
	}
}

func TestWhatCannotStartSaysSoInOneLine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare func(*installation)
		want    string
	}{
		"no configuration":   {func(in *installation) { os.Remove(in.path("grafana.ini")) }, "cannot load configuration"},
		"bad configuration":  {func(in *installation) { in.write("grafana.ini", "[server]\nno delimiter\n") }, "line 2: key-value delimiter not found"},
		"password not there": {func(in *installation) { os.Remove(in.path("password")) }, "cannot expand admin_password"},
		"no home":            {func(in *installation) { os.RemoveAll(filepath.Join(in.home, "conf")) }, "cannot find the configuration defaults"},
		"bad data source":    {func(in *installation) { in.write("provisioning/datasources/x.yml", "datasources: 5") }, "cannot read provisioning file"},
		"two defaults": {func(in *installation) {
			in.write("provisioning/datasources/x.yml",
				"datasources: [{name: A, type: loki, isDefault: true}, {name: B, type: loki, isDefault: true}]")
		}, "only one may be marked as default"},
		"damaged database": {func(in *installation) { in.write("data/grafana.db", "oops\n") }, "cannot read database"},
		"port in use": {func(in *installation) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				in.t.Fatal(err)
			}
			in.t.Cleanup(func() { listener.Close() })
			in.write("grafana.ini", in.ini(listener.Addr().String(), ""))
		}, "cannot listen on"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := install(t)
			test.prepare(in)
			var output bytes.Buffer
			command := in.command()
			command.Stderr = &output
			if err := command.Run(); err == nil {
				t.Fatal("it ended with status 0")
			}
			if !strings.Contains(output.String(), test.want) || strings.Count(output.String(), "\n") != 1 {
				t.Errorf("%q, want one line with %q", output.String(), test.want)
			}
		})
	}
}

// TestHomeIsTheRealOneWhereThereIsOne keeps the double out of the way.
func TestHomeIsTheRealOneWhereThereIsOne(t *testing.T) {
	t.Setenv(grafanatest.HomeEnv, "/opt/grafana")
	if home := grafanatest.Home(t); home != "/opt/grafana" {
		t.Errorf("home is %s", home)
	}
}
