package artifact

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const (
	// maxChecksums bounds the checksum list, in bytes.
	maxChecksums = 1 << 20
	// maxArchive bounds the archive, in bytes.
	maxArchive = 1 << 30
	// downloadAttempts is how often an archive is tried from a host that had
	// the checksum list: a build would take far longer.
	downloadAttempts = 3
	// stallTimeout is how long a download may stand still.
	stallTimeout = time.Minute
)

// errStalled is the cause of a download that stood still.
var errStalled = fmt.Errorf("nothing received for %v", stallTimeout)

// releaseTransport gives up soon on a host that does not answer, so that the
// fallback has its turn.
func releaseTransport() http.RoundTripper {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	transport.ResponseHeaderTimeout = 30 * time.Second
	return transport
}

// expand fills in the placeholders of a Release field.
func expand(template, version string) string {
	return strings.NewReplacer("{version}", version, "{os}", runtime.GOOS, "{arch}", runtime.GOARCH).Replace(template)
}

// download puts the executables of the official release into the directory
// staged. The error is *unreachable if it says nothing about the release.
func (c *Cache) download(ctx context.Context, src Source, version, tmp, staged string) error {
	base := c.releaseFolder(src.Release, version)
	name := expand(src.Release.Archive, version)
	want, err := c.checksum(ctx, base+expand(src.Release.Checksums, version), name)
	if err != nil {
		return err
	}
	event := Event{Name: src.Name, Version: version, Phase: PhaseDownload, Unit: UnitBytes}
	archive := filepath.Join(tmp, "archive")
	got, err := c.save(ctx, base+name, archive, event)
	var broken *unreachable
	for retry := 1; retry < downloadAttempts && errors.As(err, &broken) && ctx.Err() == nil; retry++ {
		got, err = c.save(ctx, base+name, archive, event)
	}
	if err != nil {
		return err
	}
	c.progress(Event{Name: src.Name, Version: version, Phase: PhaseVerify, From: hostOf(base)})
	if got != want {
		if err := ctx.Err(); err != nil {
			return err // what was cut short is not what somebody tampered with
		}
		return fmt.Errorf("%s has SHA-256 %s, but its checksum list says %s", shown(base+name), got, want)
	}
	if src.Release.Entry == "" {
		if err := extractAll(archive, staged, walkerOf(name)); err != nil {
			return fmt.Errorf("cannot extract %s: %w", name, err)
		}
		return nil
	}
	wanted := make(map[string]string, len(src.Executables))
	for _, executable := range src.Executables {
		entry := strings.ReplaceAll(src.Release.Entry, "{name}", executable)
		wanted[expand(entry, version)] = executable
	}
	if err := extract(archive, staged, walkerOf(name), wanted); err != nil {
		return fmt.Errorf("cannot extract %s: %w", name, err)
	}
	return nil
}

// releaseFolder is the URL of the folder with the release's files, ending in a slash.
func (c *Cache) releaseFolder(release Release, version string) string {
	switch {
	case release.URL == "":
		return c.releaseBase + "/" + release.Repository + "/releases/download/v" + version + "/"
	case c.releaseBase == githubURL:
		return release.URL
	default:
		_, path, _ := strings.Cut(strings.TrimPrefix(release.URL, "https://"), "/")
		return c.releaseBase + "/" + path
	}
}

// checksum looks up the SHA-256 of a file in the release's checksum list.
func (c *Cache) checksum(ctx context.Context, list, name string) (string, error) {
	body, _, err := c.open(ctx, list)
	if err != nil {
		return "", err
	}
	defer body.Close()
	lines := bufio.NewScanner(io.LimitReader(body, maxChecksums))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) == 1 && len(fields[0]) == hex.EncodedLen(sha256.Size) {
			return strings.ToLower(fields[0]), nil
		}
		if len(fields) == 2 && strings.TrimPrefix(fields[1], "*") == name {
			return strings.ToLower(fields[0]), nil
		}
	}
	if err := lines.Err(); err != nil {
		return "", fmt.Errorf("cannot read %s: %w", shown(list), err)
	}
	return "", fmt.Errorf("the release has no %s: %s does not list it", name, shown(list))
}

// save downloads a file and returns its SHA-256 in hex.
func (c *Cache) save(ctx context.Context, from, to string, event Event) (string, error) {
	body, size, err := c.open(ctx, from)
	if err != nil {
		return "", err
	}
	defer body.Close()
	file, err := os.Create(to)
	if err != nil {
		return "", err
	}
	defer file.Close()
	event.From, event.Total = hostOf(from), max(size, 0)
	c.progress(event)
	hash := sha256.New()
	counted := &countingReader{Reader: io.LimitReader(body, maxArchive), report: func(done int64) {
		event.Done = done
		c.progress(event)
	}}
	if _, err := io.Copy(io.MultiWriter(file, hash), counted); err != nil {
		return "", fmt.Errorf("cannot download %s: %w", shown(from), err)
	}
	return hex.EncodeToString(hash.Sum(nil)), file.Close()
}

// open requests a URL. What goes wrong on the way, later reads included, is
// *unreachable.
func (c *Cache) open(ctx context.Context, from string) (io.ReadCloser, int64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	host := hostOf(from)
	// The sums are those of the files as they lie there.
	request := c.http.R().SetContext(ctx).SetDoNotParseResponse(true).SetHeader("Accept-Encoding", "identity")
	response, err := request.Get(from)
	if err != nil {
		cancel(nil)
		var outer *url.Error // repeats the URL
		if errors.As(err, &outer) {
			err = outer.Err
		}
		return nil, 0, &unreachable{host: host, cause: err}
	}
	body := &releaseBody{ReadCloser: response.RawBody(), host: host, ctx: ctx, cancel: cancel}
	switch response.StatusCode() {
	case http.StatusOK:
		body.watchdog = time.AfterFunc(stallTimeout, func() { cancel(errStalled) })
		return body, response.RawResponse.ContentLength, nil
	case http.StatusNotFound:
		_ = body.Close()
		return nil, 0, fmt.Errorf("%w: %s does not exist", ErrNoSuchVersion, shown(from))
	default:
		_ = body.Close()
		return nil, 0, &unreachable{host: host, cause: fmt.Errorf("it answers %s", response.Status())}
	}
}

// releaseBody marks the errors of a connection as such, so that they differ
// from those of the disk, and ends a connection that stands still.
type releaseBody struct {
	io.ReadCloser
	host     string
	ctx      context.Context
	cancel   context.CancelCauseFunc
	watchdog *time.Timer
}

func (b *releaseBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.watchdog.Reset(stallTimeout)
	}
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	if cause := context.Cause(b.ctx); cause != nil {
		err = cause
	}
	return n, &unreachable{host: b.host, cause: err}
}

func (b *releaseBody) Close() error {
	if b.watchdog != nil {
		b.watchdog.Stop()
	}
	err := b.ReadCloser.Close()
	b.cancel(nil)
	return err
}

// shown is a URL without the password that a mirror may ask for.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the file"
	}
	return u.Redacted()
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
