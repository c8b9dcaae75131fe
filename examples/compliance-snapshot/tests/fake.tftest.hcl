# Needs a Report Library with a report "Monthly orders", at DIGICERT_BASE_URL and with the key of DIGICERT_API_KEY:
# `go run ./internal/demo -serve` starts a fake one and prints both variables.

variables {
  report_display_name = "Monthly orders"
  folder              = ".terraform/evidence"
  keep_files          = false # leaves nothing behind
  maximum_age_days    = 36500 # the fake's reports don't age with it
}

run "saves_every_run" {
  assert {
    condition = (
      toset(values(digicert_report_file.part)[*].report_run_identifier) ==
      toset(data.digicert_report_history.runs.records[*].report_run_identifier)
    )
    error_message = "A run has no file, or a file has no run."
  }

  assert {
    condition     = alltrue([for file in digicert_report_file.part : filesha256(file.path) == file.content_sha256])
    error_message = "A file is not what was recorded of it."
  }

  assert {
    condition = alltrue([
      for file in digicert_report_file.part : strcontains(output.sha256sums, "${file.content_sha256}  ${file.path}\n")
    ])
    error_message = "A file is not in the manifest."
  }

  assert {
    condition     = alltrue([for path in output.newest : fileexists(path)])
    error_message = "A file of the newest run is not there."
  }
}

run "warns_of_an_old_run" {
  command = plan

  variables {
    maximum_age_days = 0
  }

  expect_failures = [check.newest_run]
}

run "warns_of_a_small_run" {
  command = plan

  variables {
    minimum_size = 1000000000000
  }

  expect_failures = [check.newest_run]
}
