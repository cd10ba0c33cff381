//go:build !linux && !darwin

package supervisor

import (
	"context"
	"errors"
)

// Run fails: only Linux and macOS have what the supervisor needs.
func Run(context.Context, Config) error {
	return errors.New("cannot run the supervisor: it is available on Linux and macOS only")
}
