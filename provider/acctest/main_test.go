package acctest_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
