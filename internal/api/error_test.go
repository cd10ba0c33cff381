package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// declaredCodes reads the codes from the source, so that a code added without
// a row in the status table is noticed.
func declaredCodes(t *testing.T) []api.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []api.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, api.Code(value))
		return true
	})
	if len(codes) < 8 {
		t.Fatalf("found only the codes %v in error.go", codes)
	}
	return codes
}

func TestStatusTableIsOneToOne(t *testing.T) {
	seen := map[int]api.Code{}
	for _, code := range declaredCodes(t) {
		status := (&api.Error{Code: code}).HTTPStatus()
		if status < 400 || http.StatusText(status) == "" {
			t.Errorf("%s has status %d, which is no HTTP error", code, status)
		}
		if other, ok := seen[status]; ok {
			t.Errorf("%s and %s share status %d", code, other, status)
		}
		seen[status] = code
		if back := api.CodeOf(status); back != code {
			t.Errorf("%s becomes %d becomes %s", code, status, back)
		}
	}
}

func TestUnknownCodesAndStatusesAreInternal(t *testing.T) {
	if got := (&api.Error{Code: "brand_new"}).HTTPStatus(); got != http.StatusInternalServerError {
		t.Errorf("unknown code has status %d, want 500", got)
	}
	for _, status := range []int{0, 200, http.StatusTeapot, http.StatusBadGateway} {
		if got := api.CodeOf(status); got != api.CodeInternal {
			t.Errorf("CodeOf(%d) = %s, want %s", status, got, api.CodeInternal)
		}
	}
}

func TestErrorIs(t *testing.T) {
	conflict := &api.Error{Code: api.CodeConflict, Message: `cannot create alert rule "a": exists with other content`}
	for name, tc := range map[string]struct {
		err, target error
		want        bool
	}{
		"same code":             {conflict, &api.Error{Code: api.CodeConflict}, true},
		"same code, wrapped":    {fmt.Errorf("apply: %w", conflict), &api.Error{Code: api.CodeConflict}, true},
		"other code":            {conflict, &api.Error{Code: api.CodeNotFound}, false},
		"target with a message": {conflict, &api.Error{Code: api.CodeConflict, Message: "other"}, false},
		"itself":                {conflict, conflict, true},
		"its cause":             {&api.Error{Code: api.CodeUnavailable, Cause: context.Canceled}, context.Canceled, true},
		"no cause":              {conflict, context.Canceled, false},
	} {
		if got := errors.Is(tc.err, tc.target); got != tc.want {
			t.Errorf("%s: errors.Is = %v, want %v", name, got, tc.want)
		}
	}
}

func TestErrorOnTheWire(t *testing.T) {
	full := api.Error{
		Code: api.CodeInvalid, Message: "cannot put", Detail: "do this",
		Fields: spec.FieldErrors{{Path: "expr", Message: "does not parse", Hint: "look at 1:3"}},
	}
	sent := full
	sent.Cause = errors.New("stays here")
	body, err := json.Marshal(&sent)
	if err != nil {
		t.Fatal(err)
	}
	var got api.Error
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(full, got); diff != "" {
		t.Errorf("after the wire (-sent +got):\n%s", diff)
	}
}
