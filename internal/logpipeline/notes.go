package logpipeline

import (
	"strings"

	"go.uber.org/zap/zapcore"
)

// notes keeps what operators say while they run, and prints nothing.
type notes struct{ said []string }

// take returns what was said since the last time.
func (n *notes) take() []string {
	said := n.said
	n.said = nil
	return said
}

// Enabled implements zapcore.Core: operators tell of lines that they cannot
// parse at level debug.
func (*notes) Enabled(zapcore.Level) bool { return true }

// With implements zapcore.Core.
func (n *notes) With([]zapcore.Field) zapcore.Core { return n }

// Check implements zapcore.Core.
func (n *notes) Check(e zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	return checked.AddCore(e, n)
}

// Write implements zapcore.Core: it keeps errors, without the excerpts below them.
func (n *notes) Write(_ zapcore.Entry, fields []zapcore.Field) error {
	for _, field := range fields {
		if err, ok := field.Interface.(error); ok && field.Type == zapcore.ErrorType {
			line, _, _ := strings.Cut(err.Error(), "\n")
			n.said = append(n.said, line)
		}
	}
	return nil
}

// Sync implements zapcore.Core.
func (*notes) Sync() error { return nil }
