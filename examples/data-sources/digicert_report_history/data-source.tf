terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

# Every record of the account.
data "digicert_report_history" "all" {}

# The reports of the account, with their identifiers.
output "reports" {
  value = distinct([
    for run in data.digicert_report_history.all.records :
    "${run.report_display_name} (${run.report_type}): ${run.report_identifier}"
  ])
}

# The runs of one report that can be downloaded.
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

# Failed runs, which have no file.
output "failed" {
  value = [for run in data.digicert_report_history.all.records : run.report_display_name if run.status == "FAILED"]
}
