terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

# The newest run of a report.
data "digicert_report_run" "orders" {
  report_display_name = "Monthly orders"
}

# One file for each part: a run that is not split has one.
resource "digicert_report_file" "orders" {
  for_each = data.digicert_report_run.orders.parts

  report_identifier     = data.digicert_report_run.orders.report_identifier
  report_run_identifier = data.digicert_report_run.orders.report_run_identifier
  report_format         = "CSV"
  split_report_sequence = each.value
  directory             = "${path.root}/evidence"
}

# The newest run of this year. Waits up to two hours while it is GENERATING.
data "digicert_report_run" "this_year" {
  report_identifier = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  started_after     = "2026-01-01"
  wait_for_ready    = true

  timeouts = {
    read = "2h"
  }
}
