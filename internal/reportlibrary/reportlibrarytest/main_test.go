package reportlibrarytest_test

import (
	"os"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
)

func TestMain(m *testing.M) { os.Exit(deadline.Main(m)) }
