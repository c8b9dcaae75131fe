terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

data "digicert_report_run" "orders" {
  report_display_name = "Monthly orders"
}

resource "digicert_report_archive" "orders" {
  report_identifier = data.digicert_report_run.orders.report_identifier
  report_format     = "CSV"
  directory         = "evidence"
}

output "head" {
  description = "Digest of the newest list: the head of the chain."
  value       = digicert_report_archive.orders.sha256
}

output "manifest" {
  description = "Path of the newest manifest."
  value       = digicert_report_archive.orders.manifest_path
}

output "runs" {
  description = "The files of the newest manifest."
  value = [
    for run in digicert_report_archive.orders.runs : run
    if run.manifest == digicert_report_archive.orders.sequence
  ]
}

output "files" {
  description = "Paths of the files of the newest manifest, and of the manifest itself with its list and time stamp."
  value = compact(concat(
    [
      for run in digicert_report_archive.orders.runs : run.path
      if run.manifest == digicert_report_archive.orders.sequence
    ],
    [
      digicert_report_archive.orders.manifest_path,
      digicert_report_archive.orders.sha256sums_path,
      digicert_report_archive.orders.timestamp_path,
    ]
  ))
}
