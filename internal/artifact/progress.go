package artifact

import "io"

// Phase is a step of a fetch.
type Phase string

// The phases. A fetch has some of them, and always PhaseDone if it succeeds;
// an executable that the cache had already has only that.
const (
	PhaseWait     Phase = "wait" // another process fetches the same
	PhaseDownload Phase = "download"
	PhaseVerify   Phase = "verify"
	PhaseBuild    Phase = "build"
	PhaseDone     Phase = "done"
)

// Unit is what an event counts.
type Unit string

// The units.
const (
	UnitBytes    Unit = "bytes"
	UnitModules  Unit = "modules"
	UnitPackages Unit = "packages"
)

// Event is one step of progress.
type Event struct {
	Name, Version string
	Phase         Phase
	// From is a host name or another source, for a reader.
	From string
	// Done of Total units; Total is 0 while it is unknown. Packages that the
	// build cache has are never counted as done.
	Done, Total int64
	Unit        Unit
}

// countingReader reports what was read through it.
type countingReader struct {
	io.Reader
	done   int64
	report func(done int64)
}

func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.done += int64(n)
		r.report(r.done)
	}
	return n, err
}
