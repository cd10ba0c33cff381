terraform {
  required_version = ">= 1.11"

  required_providers {
    opp = {
      source = "openpolicyplatform/opp"
    }
  }
}

# Nothing has to be set: the control plane runs inside the provider and keeps
# its stacks in a state directory of this machine.
provider "opp" {}
