data "digicert_report" "orders" {
  report_identifier = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
}

output "orders_columns" {
  value = try(data.digicert_report.orders.report_metadata.columns[*].identifier, [])
}

output "orders_next_run" {
  value = data.digicert_report.orders.next_run_date
}
