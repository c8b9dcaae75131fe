locals {
  newest_files = [
    for part in keys(data.digicert_report_run.newest.parts) :
    digicert_report_file.part["${data.digicert_report_run.newest.report_run_identifier}/${part}"]
  ]
}

# A failed check is a warning: what there is gets saved all the same.
check "newest_run" {
  assert {
    condition = try(
      timecmp(
        timeadd(data.digicert_report_run.newest.report_end_time, "${24 * var.maximum_age_days}h"),
        plantimestamp()
      ) >= 0,
      false # a run without a date proves nothing
    )
    error_message = "The newest run of ${var.report_display_name} is older than ${var.maximum_age_days} days."
  }

  assert {
    condition     = sum(local.newest_files[*].content_size) >= var.minimum_size
    error_message = "The newest run of ${var.report_display_name} is smaller than ${var.minimum_size} bytes."
  }
}
