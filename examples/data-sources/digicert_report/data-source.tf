terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

data "digicert_report" "orders" {
  report_identifier = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
}

output "orders_next_run" {
  value = data.digicert_report.orders.next_run_date
}

# Warns when the report is deactivated, or when filters or sources (divisions, subaccounts) limit it. A report without
# filters is still limited: without a date filter DigiCert uses a default date range.
check "orders_report" {
  assert {
    condition     = data.digicert_report.orders.status == "ACTIVE"
    error_message = "The report ${data.digicert_report.orders.report_display_name} is not active."
  }

  assert {
    condition     = length(coalesce(try(data.digicert_report.orders.report_metadata.filters, null), [])) == 0
    error_message = "The report ${data.digicert_report.orders.report_display_name} has filters."
  }

  assert {
    condition = alltrue([
      for names in [
        try(data.digicert_report.orders.report_metadata.sources.divisions, null),
        try(data.digicert_report.orders.report_metadata.sources.sub_accounts, null),
      ] : length(coalesce(names, [])) == 0
    ])
    error_message = "The report ${data.digicert_report.orders.report_display_name} is limited to divisions or subaccounts."
  }
}
