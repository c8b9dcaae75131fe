# Needs a Report Library with a report "Monthly orders", at DIGICERT_BASE_URL and with the key of DIGICERT_API_KEY:
# `go run ./internal/demo -serve` starts a fake one and prints both variables.

variables {
  report_display_name = "Monthly orders"
  directory           = ".terraform/evidence"
  keep_files          = false # leaves nothing behind
  maximum_age_days    = 36500 # the fake's reports keep their dates
}

run "archives_every_run" {
  assert {
    condition = alltrue([
      for run in digicert_report_archive.report.runs : filesha256(run.path) == run.content_sha256
    ])
    error_message = "A file differs from its record."
  }

  assert {
    condition = contains(
      [for key in keys(digicert_report_archive.report.runs) : split("/", key)[0]],
      data.digicert_report_run.newest.report_run_identifier
    )
    error_message = "The newest run is not archived."
  }

  assert {
    condition     = filesha256(digicert_report_archive.report.sha256sums_path) == output.head
    error_message = "The head is not the digest of the newest list."
  }
}

run "changes_nothing_without_a_new_run" {
  assert {
    condition     = digicert_report_archive.report.sequence == 1
    error_message = "A second apply wrote a manifest."
  }
}

run "fails_without_a_new_run" {
  command = plan

  variables {
    maximum_age_days = 0
  }

  expect_failures = [check.newest_run]
}
