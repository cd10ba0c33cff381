package spec_test

import (
	"strings"
	"testing"

	"github.com/alecthomas/units"
	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func FuzzParseSize(f *testing.F) {
	for _, seed := range []string{"512MB", "1.5GB", "0", "8EB", "-1B", "1GB512MB", ".B", "9223372036854775807B"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := spec.ParseSize(text)
		if err != nil {
			return
		}
		if n < 0 {
			t.Fatalf("%q is %d bytes", text, n)
		}
		// The library adds floats: beyond 2^53 bytes the last ones get lost.
		if n > 1<<53 {
			return
		}
		printed := units.Base2Bytes(n).String()
		if again, err := spec.ParseSize(printed); err != nil || again != n {
			t.Errorf("%q is %d, printed %q, read again %d, %v", text, n, printed, again, err)
		}
	})
}

func FuzzDuration(f *testing.F) {
	for _, seed := range []string{"0", "1h30m", "1y2w3d4h5m6s7ms", "1m1d", "-1s", "292y", "9999999999999y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := spec.ParseDuration(text)
		if err != nil {
			return
		}
		if d < 0 {
			t.Fatalf("%q is %v", text, d)
		}
		printed := model.Duration(d).String()
		if !spec.EqualDuration(text, printed) {
			t.Errorf("%q is %v but not equal to its printed form %q", text, d, printed)
		}
	})
}

func FuzzStreamSelector(f *testing.F) {
	for _, seed := range []string{`{a="b"}`, "{ a=~`b\\d`, c!=\"}\", }", `{a="b"} |= "c"`, `{a="\xff"}`, `{"a.b"="c"}`, `{a='b'}`, `{`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := spec.ParseStreamSelector(text); err != nil {
			return
		}
		canonical := spec.CanonicalSelector(text)
		if again := spec.CanonicalSelector(canonical); again != canonical {
			t.Errorf("%q is %s, read again %s", text, canonical, again)
		}
		if !spec.EqualSelector(text, canonical) {
			t.Errorf("%q is not equal to its canonical form %s", text, canonical)
		}
	})
}

func FuzzMatcher(f *testing.F) {
	for _, seed := range []string{`a="b"`, `{a=~"b|c", d!="e"}`, `a=b`, `"ü"!~"x"`, `a="\n"`, `{`, `a=~"("`, `foo=[a-z]+`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		matchers, err := spec.ParseMatchers([]string{text})
		c := soundChannel()
		c.Matchers = []string{text}
		if errs := c.Validate(); err != nil && len(errs) == 0 {
			t.Fatalf("%q does not parse but is accepted", text)
		}
		if err != nil {
			return
		}
		printed := make([]string, len(matchers))
		for i, m := range matchers {
			printed[i] = m.String()
		}
		if !spec.EqualMatchers([]string{text}, printed) {
			t.Errorf("%q is not equal to its printed form %q", text, printed)
		}
	})
}

func FuzzParseRuleFile(f *testing.F) {
	f.Add([]byte(ruleFile))
	f.Add([]byte("groups: [{name: a, rules: [{alert: A, expr: up}, {alert: A, expr: up}]}]"))
	f.Add([]byte("groups: [{name: a, rules: [{record: a, expr: up}]}]"))
	f.Add([]byte("groups: &a [*a]"))
	f.Fuzz(func(t *testing.T, content []byte) {
		rules, err := spec.ParseRuleFile(content)
		if err != nil {
			return
		}
		names := map[string]bool{}
		for _, r := range rules {
			r.Stack = "production"
			for _, e := range r.Validate() {
				// Names are ours; everything else may be refused, on its field.
				if e.Path == "" || e.Path == "name" || strings.HasPrefix(e.Path, "order") || e.Message == "" {
					t.Errorf("rule %q: %v", r.Name, e)
				}
			}
			if names[r.Name] {
				t.Errorf("name %q is used twice", r.Name)
			}
			names[r.Name] = true
		}
	})
}
