terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
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

# A run at a fixed path: a missing or modified file is restored, and a new run replaces it.
resource "digicert_report_file" "orders" {
  report_identifier     = data.digicert_report_run.orders.report_identifier
  report_run_identifier = data.digicert_report_run.orders.report_run_identifier
  report_format         = "CSV"
  filename              = "${path.root}/evidence/orders.csv"
}

# A run in a folder: the provider names the file after report and run.
resource "digicert_report_file" "audit_log" {
  report_identifier     = data.digicert_report_run.audit_log.report_identifier
  report_run_identifier = data.digicert_report_run.audit_log.report_run_identifier
  report_format         = "JSON"
  directory             = "${path.root}/evidence"
}

# The hash of a run, without a file.
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
