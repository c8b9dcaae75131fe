terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

# Reads the API key from the environment variable DIGICERT_API_KEY.
provider "digicert" {}

data "digicert_report_run" "orders" {
  report_display_name = "Monthly orders"
}

# One file for each part of the newest run: a run that is not split has one.
resource "digicert_report_file" "orders" {
  for_each = data.digicert_report_run.orders.parts

  report_identifier     = data.digicert_report_run.orders.report_identifier
  report_run_identifier = data.digicert_report_run.orders.report_run_identifier
  report_format         = "CSV"
  split_report_sequence = each.value
  directory             = "${path.root}/evidence"
  keep_files            = true # last month's file stays when a new run arrives
}

output "orders_sha256" {
  value = { for file in digicert_report_file.orders : file.path => file.content_sha256 }
}
