terraform {
  required_version = ">= 1.8"

  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

data "digicert_report_run" "newest" {
  report_display_name = var.report_display_name
}

# One file for each part: a run that is not split has one.
resource "digicert_report_file" "part" {
  for_each = data.digicert_report_run.newest.parts

  report_identifier     = data.digicert_report_run.newest.report_identifier
  report_run_identifier = data.digicert_report_run.newest.report_run_identifier
  report_format         = var.report_format
  split_report_sequence = each.value
  directory             = var.folder
}
