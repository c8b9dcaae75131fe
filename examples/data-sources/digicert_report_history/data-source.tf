# All there is.
data "digicert_report_history" "all" {}

# The monthly orders that are ready.
data "digicert_report_history" "orders" {
  report_display_names = ["Monthly orders"]
  report_types         = ["orders"]
  statuses             = ["READY"]
}

output "orders_runs" {
  value = {
    for run in data.digicert_report_history.orders.records : run.report_run_identifier => run.report_end_date
  }
}

# Runs that nobody gets a file of.
output "failed" {
  value = [for run in data.digicert_report_history.all.records : run.report_display_name if run.status == "FAILED"]
}
