terraform {
  required_providers {
    digicert = {
      source = "seed-875fe49d/digicert"
    }
  }
}

# The key comes from the environment variable DIGICERT_API_KEY.
provider "digicert" {
  idle_timeout = "2m"

  retry = {
    max_attempts = 8
  }

  # Leave half of the key's documented limits to others who use it.
  rate_limit = {
    per_5_seconds = 50
    per_3_minutes = 500
  }
}
