package grafanatest

import (
	"os"
	"path/filepath"
	"testing"
)

// TestINI keeps to the rules of Grafana's own reader, on which configurations fail.
func TestINI(t *testing.T) {
	t.Setenv("OPP_TEST_WORD", "word")
	t.Setenv("GF_SERVER_FROM_ENV", "environment")
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	secret := write("secret", "from file\n")
	path := write("grafana.ini", `; comment
# comment
[server]
plain = value
colon : value
twice = first
twice = second
empty =
comment = value # rest
cut = pass;word
quoted = "two words "
backquoted = `+"`pass;word#`"+`
triple = """pass;word"""
file = $__file{`+secret+`}
env = $__env{OPP_TEST_WORD}-${OPP_TEST_WORD}
reference = <%(plain)s>
from_env = file
`)
	values := settings{}
	if err := values.readINI(path); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"plain": "value", "colon": "value", "twice": "second", "empty": "", "comment": "value", "cut": "pass",
		"quoted": "two words ", "backquoted": "pass;word#", "triple": "pass;word", "file": "from file",
		"env": "word-word", "reference": "<value>", "from_env": "environment", "missing": "",
	} {
		if got, err := values.get("server", key); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", key, got, err, want)
		}
	}
}
