package selfhosted

import (
	"slices"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// Whatever makes a unit be replaced is named by what there is and what is wanted.
func TestDifferences(t *testing.T) {
	wanted := engine.Unit{
		Name: "production/loki", Path: "/bin/loki", Args: []string{"-a", "-b"}, Env: []string{"OPP_CONFIG=2"},
		Dir: "/data", LogFile: "/logs/loki.log", MemoryLimit: 100,
	}
	for name, test := range map[string]struct {
		change func(*engine.Status)
		want   []string
	}{
		"nothing": {func(*engine.Status) {}, nil},
		"program": {func(s *engine.Status) { s.Unit.Path = "/bin/mine" }, []string{"runs with another program than wanted: has /bin/mine, wanted /bin/loki"}},
		"flags": {
			func(s *engine.Status) { s.Unit.Args = []string{"-a", "-c"} },
			[]string{`runs with other flags than wanted: has ["-c"], wanted ["-b"]`},
		},
		"flags in another order": {
			func(s *engine.Status) { s.Unit.Args = []string{"-b", "-a"} },
			[]string{`runs with other flags than wanted: has ["-b" "-a"], wanted ["-a" "-b"]`},
		},
		"flags of the process": {
			func(s *engine.Status) { s.Command = []string{"loki", "-a"} },
			[]string{`runs with other flags than wanted: has [], wanted ["-b"]`},
		},
		"the name that it was started by": {func(s *engine.Status) { s.Command = []string{"mine", "-a", "-b"} }, nil},
		"flags that it would be started with again": {
			func(s *engine.Status) { s.Unit.Args, s.Command = []string{"-a"}, []string{"loki", "-a", "-b"} },
			[]string{`runs with other flags than wanted: has [], wanted ["-b"]`},
		},
		"environment": {
			func(s *engine.Status) { s.Unit.Env = []string{"OPP_CONFIG=1"} },
			[]string{`runs with another environment than wanted: has ["OPP_CONFIG=1"], wanted ["OPP_CONFIG=2"]`},
		},
		"everything else": {
			func(s *engine.Status) { s.Unit.MemoryLimit, s.Unit.Dir, s.Unit.LogFile = 0, "/tmp", "/dev/null" },
			[]string{
				"runs with another memory limit than wanted: has 0 bytes, wanted 100 bytes",
				"runs with another working directory than wanted: has /tmp, wanted /data",
				"runs with another log file than wanted: has /dev/null, wanted /logs/loki.log",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			status := engine.Status{Unit: wanted}
			test.change(&status)
			if got := differences(status, wanted); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
