terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

data "digicert_report_run" "orders" {
  report_display_name = "All orders"
}

# One file for each part, such as "All orders-2026-11-24-6b1f0a52-part0.csv". A run that is not split has one file.
resource "digicert_report_file" "part" {
  for_each = data.digicert_report_run.orders.parts

  report_identifier     = data.digicert_report_run.orders.report_identifier
  report_run_identifier = data.digicert_report_run.orders.report_run_identifier
  report_format         = "CSV"
  split_report_sequence = each.value
  directory             = "${path.root}/evidence"
  keep_files            = true # the parts of an older run stay when a new run arrives
}

output "sha256sums" {
  description = "A list for sha256sum --check."
  value       = join("", [for part in digicert_report_file.part : "${part.content_sha256}  ${part.path}\n"])
}
