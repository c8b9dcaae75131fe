package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// terraformState is what a check function gets and most here have no use for.
type terraformState = terraform.State

func stateOf(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(this, tfjsonpath.New(attribute), value)
}

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }
