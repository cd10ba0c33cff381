package artifact

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNoSuchVersion means that a component has no such version.
var ErrNoSuchVersion = errors.New("no such version")

// ErrUnavailable means that the version may exist, but that this machine can
// neither download nor build it. The message says what to put where.
var ErrUnavailable = errors.New("not available on this machine")

// errNoGo means that there is no toolchain to build with.
var errNoGo = errors.New("no Go toolchain")

// unreachable is the failure of a release host that says nothing about the
// release: no connection, a broken one, or an answer of something in between.
type unreachable struct {
	host  string
	cause error
}

func (e *unreachable) Error() string {
	return fmt.Sprintf("cannot reach the release host %s: %v", e.host, e.cause)
}

func (e *unreachable) Unwrap() error { return e.cause }

// unavailable tells a user who has neither a release host nor a way to build
// how to help themselves.
type unavailable struct {
	download error // why there is no download
	build    error // why there is no build
	path     string
	cached   []string
}

func (e *unavailable) Error() string {
	message := fmt.Sprintf("%v; %v; put the executable at %s (mode 0755) or name one in the attribute path",
		e.download, e.build, e.path)
	if len(e.cached) > 0 {
		message += "; the cache has " + strings.Join(e.cached, ", ")
	}
	return message
}

func (e *unavailable) Is(target error) bool { return target == ErrUnavailable }
