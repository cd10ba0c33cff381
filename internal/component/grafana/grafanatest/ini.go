package grafanatest

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// settings are the values of grafana.ini by section and key.
type settings map[string]map[string]string

// readINI adds a file to the settings, with the rules of the library that
// Grafana reads it with: what follows # or ; is a comment wherever it stands,
// unless the value is in backquotes or three double quotes.
func (s settings) readINI(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	section := ""
	for number, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
			continue
		case line[0] == '[':
			name, _, closed := strings.Cut(line[1:], "]")
			if !closed {
				return fmt.Errorf("cannot read %q: line %d: unclosed section: %s", path, number+1, line)
			}
			section = strings.TrimSpace(name)
			continue
		}
		end := strings.IndexAny(line, "=:")
		if end < 0 {
			return fmt.Errorf("cannot read %q: line %d: key-value delimiter not found: %s", path, number+1, line)
		}
		value, err := unquote(strings.TrimSpace(line[end+1:]))
		if err != nil {
			return fmt.Errorf("cannot read %q: line %d: %v", path, number+1, err)
		}
		if s[section] == nil {
			s[section] = map[string]string{}
		}
		s[section][strings.TrimSpace(line[:end])] = value
	}
	return nil
}

func unquote(value string) (string, error) {
	for _, quote := range []string{`"""`, "`"} {
		rest, quoted := strings.CutPrefix(value, quote)
		if !quoted {
			continue
		}
		end := strings.LastIndex(rest, quote)
		if end < 0 {
			return "", fmt.Errorf("values of several lines are not supported: %s", value)
		}
		return rest[:end], nil
	}
	if comment := strings.IndexAny(value, "#;"); comment >= 0 {
		value = strings.TrimSpace(value[:comment])
	}
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		value = value[1 : n-1]
	}
	return value, nil
}

var (
	reference = regexp.MustCompile(`%\((\w+)\)s`)
	expansion = regexp.MustCompile(`\$(|__\w+)\{([^}]+)\}`)
	notInEnv  = strings.NewReplacer(".", "_", "-", "_")
)

// get returns a value as Grafana sees it: from the environment if it is there,
// with references and expansions resolved.
func (s settings) get(section, key string) (string, error) {
	value, ok := os.LookupEnv(strings.ToUpper("GF_" + notInEnv.Replace(section) + "_" + notInEnv.Replace(key)))
	if !ok {
		value = s[section][key]
	}
	value = reference.ReplaceAllStringFunc(value, func(found string) string {
		return s[section][reference.FindStringSubmatch(found)[1]]
	})
	value, err := expand(value)
	if err != nil {
		return "", fmt.Errorf("cannot expand %s of section %q: %v", key, section, err)
	}
	return value, nil
}

// check resolves every value: Grafana does not start if one cannot be, used or not.
func (s settings) check() error {
	for section, values := range s {
		for key := range values {
			if _, err := s.get(section, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// expand resolves $__file{path}, $__env{NAME} and ${NAME}.
func expand(value string) (string, error) {
	var failure error
	expanded := expansion.ReplaceAllStringFunc(value, func(found string) string {
		parts := expansion.FindStringSubmatch(found)
		switch parts[1] {
		case "", "__env":
			return os.Getenv(parts[2])
		case "__file":
			text, err := os.ReadFile(parts[2])
			if err != nil {
				failure = err
			}
			return strings.TrimSpace(string(text))
		}
		return found
	})
	return expanded, failure
}
