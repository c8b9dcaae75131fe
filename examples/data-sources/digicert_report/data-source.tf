data "digicert_report" "orders" {
  report_identifier = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
}

output "orders_next_run" {
  value = data.digicert_report.orders.next_run_date
}

# Evidence is as good as its report. Somebody who switches it off or takes a filter to it is found out: a failed check is
# a warning.
check "orders_report" {
  assert {
    condition     = data.digicert_report.orders.status == "ACTIVE"
    error_message = "The report ${data.digicert_report.orders.report_display_name} is no longer in use."
  }

  assert {
    condition     = length(coalesce(try(data.digicert_report.orders.report_metadata.filters, null), [])) == 0
    error_message = "The report ${data.digicert_report.orders.report_display_name} leaves orders out."
  }
}
