terraform {
  required_version = ">= 1.8"

  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

# Reads the API key from the environment variable DIGICERT_API_KEY.
provider "digicert" {
  timestamp_authority = var.timestamp_authority
}

data "digicert_report_run" "newest" {
  report_display_name = var.report_display_name
}

# Every run of the report, in one folder, recorded for good.
resource "digicert_report_archive" "report" {
  report_identifier = data.digicert_report_run.newest.report_identifier
  report_format     = var.report_format
  directory         = var.directory
  timestamp         = var.timestamp_authority != null
  keep_files        = var.keep_files

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "Some runs could not be archived: see the warnings."
    }
  }
}
