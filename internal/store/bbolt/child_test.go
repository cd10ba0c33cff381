//go:build unix

package bbolt_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store/bbolt"
)

// childEnv makes the test binary play one of the children below instead of
// running tests; pathEnv is the store they work on.
const (
	childEnv = "OPP_BBOLT_TEST_CHILD"
	pathEnv  = "OPP_BBOLT_TEST_PATH"
)

// nobody is a user who owns nothing.
const nobody = 65534

func TestMain(m *testing.M) {
	children := map[string]func(*bbolt.Store) error{
		"write for ever": writeForEver,
		"small disk":     writeToSmallDisk,
		"no permission":  writeWithoutPermission,
	}
	name, isChild := os.LookupEnv(childEnv)
	if !isChild {
		os.Exit(m.Run())
	}
	s, err := bbolt.Open(os.Getenv(pathEnv))
	if err == nil {
		err = children[name](s)
	}
	fmt.Println("error:", err)
}

// child prepares this test binary to play the named child on a store.
func child(t *testing.T, name, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childEnv+"="+name, pathEnv+"="+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// writeForEver counts up: each commit advances the counter and adds the
// document of that number. A line on stdout acknowledges each.
func writeForEver(s *bbolt.Store) error {
	ctx := context.Background()
	counter := store.Key{Stack: "s", Kind: "counter", Name: "count"}
	for {
		present, err := s.Get(ctx, counter)
		if err != nil && present.Revision != 0 {
			return err
		}
		n := present.Revision + 1
		_, err = s.Commit(ctx,
			store.Change{Key: counter, Body: fmt.Append(nil, n), IfRevision: present.Revision},
			store.Change{Key: numbered(n), Body: fmt.Appendf(nil, `{"pad":%q}`, strings.Repeat("x", 3000))})
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
}

func numbered(n uint64) store.Key {
	return store.Key{Stack: "s", Kind: "document", Name: fmt.Sprintf("%08d", n)}
}

func TestKilledWritersLeaveAPrefixOfTheirWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "opp.db")
	for round := range 15 {
		// The first rounds die while the file is being created.
		acknowledged := killAfter(t, child(t, "write for ever", path), round)
		list, err := open(t, path).List(t.Context(), "s")
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if len(list) == 0 {
			if acknowledged > 0 {
				t.Fatalf("round %d: %d commits were acknowledged, none is there", round, acknowledged)
			}
			continue
		}
		count := list[0].Revision
		if count < acknowledged {
			t.Fatalf("round %d: commit %d was acknowledged, only %d are there", round, acknowledged, count)
		}
		if uint64(len(list)) != count+1 {
			t.Fatalf("round %d: the counter is %d, with %d documents", round, count, len(list)-1)
		}
		for i, document := range list[1:] {
			if document.Key != numbered(uint64(i)+1) {
				t.Fatalf("round %d: document %d is %s", round, i+1, document.Key)
			}
		}
	}
}

// killAfter starts the child, kills it once it acknowledged so many commits and
// returns the last one it acknowledged, which may be later.
func killAfter(t *testing.T, cmd *exec.Cmd, commits int) (last uint64) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for seen := 0; ; seen++ {
		if seen == commits {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		if !lines.Scan() {
			break
		}
		if _, err := fmt.Sscan(lines.Text(), &last); err != nil {
			t.Fatalf("the child says %q", lines.Text())
		}
	}
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait() // killed
	return last
}

// writeToSmallDisk writes more than the file may grow to.
func writeToSmallDisk(s *bbolt.Store) error {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	large := write
	large.Body = []byte(`"` + strings.Repeat("x", 2<<20) + `"`)
	_, err := s.Commit(context.Background(), large)
	return err
}

// writeWithoutPermission writes where this user may not.
func writeWithoutPermission(s *bbolt.Store) error {
	if os.Geteuid() == 0 {
		if err := syscall.Setuid(nobody); err != nil {
			return err
		}
	}
	_, err := s.Commit(context.Background(), write)
	return err
}

func TestFailedWritesSayWhatToDo(t *testing.T) {
	for name, want := range map[string]string{
		"small disk":    "free some space",
		"no permission": "let this user read and write",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "opp.db")
			s := open(t, path)
			before, err := s.Commit(t.Context(), write)
			if err != nil {
				t.Fatal(err)
			}
			if name == "no permission" {
				forbid(t, path)
			}
			out, err := child(t, name, path).Output()
			if err != nil {
				t.Fatal(err)
			}
			if text := string(out); !strings.Contains(text, path) || !strings.Contains(text, want) {
				t.Errorf("error does not name the file and say %q: %s", want, text)
			}
			allow(t, path)
			after, err := s.Get(t.Context(), rule)
			if err != nil || after.Revision != before[0].Revision {
				t.Errorf("the failed write left %+v, %v; want revision %d", after, err, before[0].Revision)
			}
		})
	}
}

func forbid(t *testing.T, path string) { chmod(t, path, 0o400) }
func allow(t *testing.T, path string)  { chmod(t, path, 0o600) }

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}
