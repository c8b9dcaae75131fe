terraform {
  required_version = ">= 1.8"

  required_providers {
    digicert = {
      source = "seed-875fe49d/digicert"
    }
  }
}

# The key comes from the environment variable DIGICERT_API_KEY.
provider "digicert" {}

data "digicert_report_run" "newest" {
  report_display_name = var.report_display_name
}

# Every run that DigiCert still has: it keeps them for 90 days.
data "digicert_report_history" "runs" {
  report_identifier = data.digicert_report_run.newest.report_identifier
  report_types      = [data.digicert_report_run.newest.report_type]
  statuses          = ["READY"]
}

locals {
  # One file for each part of each run. A run that is not split is one part, without a number.
  files = merge([
    for run in data.digicert_report_history.runs.records : {
      for sequence in coalesce(run.split_report_count, 0) > 0 ? range(run.split_report_count) : [null] :
      "${run.report_run_identifier}/${coalesce(sequence, 0)}" => {
        run      = run.report_run_identifier
        sequence = sequence
        month    = substr(coalesce(run.report_end_date, "undated"), 0, 7)
      }
    }
  ]...)
}

# A new run adds files; those of the runs before stay as they are.
resource "digicert_report_file" "part" {
  for_each = local.files

  report_identifier     = data.digicert_report_run.newest.report_identifier
  report_run_identifier = each.value.run
  report_format         = var.report_format
  split_report_sequence = each.value.sequence
  directory             = "${var.folder}/${each.value.month}"
  on_missing            = var.on_missing
  keep_files            = var.keep_files
}
