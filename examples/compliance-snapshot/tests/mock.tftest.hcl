# Needs no server and no key: the provider's values are those of examples/mocks.

mock_provider "digicert" {
  # OpenTofu has no such argument. It reads mock.tofutest.hcl in place of this file, which repeats the values.
  source = "../mocks"
}

variables {
  report_display_name = "Monthly orders"
  maximum_age_days    = 36500 # the date of the mocks' run stays
}

run "archives_the_report" {
  assert {
    condition     = digicert_report_archive.report.report_identifier == data.digicert_report_run.newest.report_identifier
    error_message = "The archive is of another report than the one with the name."
  }

  assert {
    condition     = output.head == digicert_report_archive.report.sha256
    error_message = "The head is not the digest of the newest list."
  }

  assert {
    condition     = toset(keys(output.runs)) == toset(values(digicert_report_archive.report.runs)[*].path)
    error_message = "The output does not name every file."
  }
}

run "has_no_time_stamps_without_an_authority" {
  assert {
    condition     = !digicert_report_archive.report.timestamp
    error_message = "A time stamp needs an authority."
  }
}

run "has_time_stamps_with_an_authority" {
  variables {
    timestamp_authority = { url = "http://timestamp.example.com" }
  }

  assert {
    condition     = digicert_report_archive.report.timestamp
    error_message = "The manifests get no time stamp."
  }
}

run "fails_when_a_month_is_missing" {
  variables {
    maximum_age_days = 0
  }

  expect_failures = [check.newest_run]
}
