terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

resource "digicert_report_file" "orders" {
  report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
  report_format         = "CSV"
  filename              = "${path.root}/evidence/orders.csv"
}

# The columns are headings of the report.
data "digicert_report_rows" "expiring" {
  paths          = [digicert_report_file.orders.path]
  content_sha256 = [digicert_report_file.orders.content_sha256]
  where = [
    { column = "Order status", operator = "equals", value = "issued" },
    { column = "Valid until", operator = "before", value = timeadd(plantimestamp(), "720h") },
  ]
  select   = ["Order ID", "Common name", "Valid until"]
  max_rows = 20
}

# A failed check is a warning. If the data source is inside the check, its own errors are warnings too, but then every
# plan shows it as a change.
check "no_certificate_expires" {
  assert {
    condition = data.digicert_report_rows.expiring.match_count == 0
    error_message = format("%d certificates expire within 30 days: %s",
      data.digicert_report_rows.expiring.match_count,
      join(", ", [for row in data.digicert_report_rows.expiring.rows : row["Common name"]]),
    )
  }

  assert {
    condition     = data.digicert_report_rows.expiring.unparsed_count == 0
    error_message = "Some issued certificates have no date of expiry that can be read."
  }
}

# Counts alone: without select, the state contains no cell.
data "digicert_report_rows" "divisions" {
  paths          = [digicert_report_file.orders.path]
  content_sha256 = [digicert_report_file.orders.content_sha256]
  where          = [{ column = "Division", operator = "in", values = ["IT", "Marketing"] }]
}

output "orders_of_other_divisions" {
  value = data.digicert_report_rows.divisions.row_count - data.digicert_report_rows.divisions.match_count
}
