terraform {
  required_providers {
    digicert = {
      source = "seed-875fe49d/digicert"
    }
  }
}

# The key comes from the environment variable DIGICERT_API_KEY.
provider "digicert" {}

# The newest run that is ready, by the report's name.
data "digicert_report_run" "orders" {
  report_display_name = var.orders
}

data "digicert_report_run" "audit_log" {
  report_display_name = var.audit_log
}

# A run, saved as it is: the file is restored when it is gone or edited.
resource "digicert_report_file" "orders" {
  report_identifier     = data.digicert_report_run.orders.report_identifier
  report_run_identifier = data.digicert_report_run.orders.report_run_identifier
  report_format         = "CSV"
  filename              = "${path.root}/evidence/orders.csv"
}

# Another one, named after the report by the provider.
resource "digicert_report_file" "audit_log" {
  report_identifier     = data.digicert_report_run.audit_log.report_identifier
  report_run_identifier = data.digicert_report_run.audit_log.report_run_identifier
  report_format         = "JSON"
  directory             = "${path.root}/evidence"
}

# The hash alone, without a file.
data "digicert_report_download" "orders" {
  report_identifier     = data.digicert_report_run.orders.report_identifier
  report_run_identifier = data.digicert_report_run.orders.report_run_identifier
  report_format         = "CSV"
}

output "saved" {
  description = "The files and the SHA-256 of each, as sha256sum prints them."
  value = join("\n", [
    for file in [digicert_report_file.orders, digicert_report_file.audit_log] : "${file.content_sha256}  ${file.path}"
  ])
}

output "orders_sha256" {
  description = "The hash of the orders as DigiCert delivers them now."
  value       = data.digicert_report_download.orders.content_sha256
}
