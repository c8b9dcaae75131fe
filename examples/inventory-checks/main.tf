terraform {
  required_version = ">= 1.8"

  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

provider "digicert" {}

variable "report_identifier" {
  description = "Identifier of a monthly orders report in CSV."
  type        = string
}

resource "digicert_report_archive" "orders" {
  report_identifier = var.report_identifier
  report_format     = "CSV"
  directory         = "${path.root}/evidence/orders"
}

locals {
  runs = digicert_report_archive.orders.runs

  # Keys of runs, the newest first. The key of a part is "<run>/<part>".
  months = distinct(reverse(sort([
    for key, run in local.runs : "${coalesce(run.report_end_date, "-")} ${split("/", key)[0]}"
  ])))
  files = [for month in local.months : [
    for key in sort(keys(local.runs)) : local.runs[key] if split("/", key)[0] == split(" ", month)[length(split(" ", month)) - 1]
  ]]
  row_counts = [for parts in local.files : sum([for part in parts : part.row_count])]
}

# The newest run, with all of its parts as one report.
data "digicert_report_rows" "expiring" {
  paths          = local.files[0][*].path
  content_sha256 = local.files[0][*].content_sha256
  where = [
    { column = "Order status", operator = "equals", value = "issued" },
    { column = "Valid until", operator = "before", value = timeadd(plantimestamp(), "720h") },
  ]
}

# To fail a pipeline, read .checks of `terraform show -json`, where a failed check has the status "fail".
check "no_certificate_expires" {
  assert {
    condition     = data.digicert_report_rows.expiring.match_count == 0
    error_message = "${data.digicert_report_rows.expiring.match_count} certificates expire within 30 days."
  }

  assert {
    condition     = data.digicert_report_rows.expiring.unparsed_count == 0
    error_message = "Some issued certificates have no date of expiry that can be read."
  }
}

# The archive has the count of every month, so this reads no file.
check "not_fewer_rows_than_last_month" {
  assert {
    condition     = length(local.row_counts) < 2 || local.row_counts[0] >= try(local.row_counts[1], 0)
    error_message = "The newest report has fewer rows than the one before: ${join(", ", local.row_counts)}, the newest first."
  }
}

output "row_counts" {
  description = "Rows of each run, the newest first."
  value       = local.row_counts
}
