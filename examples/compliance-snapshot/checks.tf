# A failed check is a warning. The pipeline reads its result and fails.
check "newest_run" {
  assert {
    condition = try(
      timecmp(
        timeadd(digicert_report_archive.report.newest_run_end_time, "${24 * var.maximum_age_days}h"),
        plantimestamp()
      ) >= 0,
      false # no run has a date
    )
    error_message = "The newest archived run of ${var.report_display_name} is older than ${var.maximum_age_days} days."
  }
}
