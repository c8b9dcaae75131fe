# Needs no server and no key: what the provider would answer is made up, from the values in examples/mocks.

mock_provider "digicert" {
  # OpenTofu has no such argument. It reads mock.tofutest.hcl in place of this file, which repeats the values.
  source = "../mocks"
}

variables {
  report_display_name = "Monthly orders"
  maximum_age_days    = 36500 # the mocks' run does not get younger
}

run "saves_the_newest_run" {
  assert {
    condition     = keys(digicert_report_file.part) == ["6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20/0"]
    error_message = "A run that is not split is one file."
  }

  assert {
    condition     = digicert_report_file.part["6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20/0"].directory == "evidence/2026-11"
    error_message = "The folder is not named after the month in which the run ended."
  }

  assert {
    condition     = endswith(output.sha256sums, "  evidence/2026-11/Monthly orders-2026-11-01-6b1f0a52.csv\n")
    error_message = "sha256sum -c wants two spaces, and a line break at the end."
  }
}

run "saves_the_parts_of_every_run" {
  override_data {
    target = data.digicert_report_run.newest
    values = {
      report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
      report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
      report_type           = "orders"
      report_end_time       = "2026-11-01T02:00:11Z"
      parts                 = { "0" = 0, "1" = 1 }
    }
  }

  override_data {
    target = data.digicert_report_history.runs
    values = {
      records = [
        {
          report_display_name      = "Monthly orders"
          report_identifier        = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
          report_run_identifier    = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
          created_by_user_id       = "12345"
          created_by_user_name     = "John Doe"
          created_date             = "2026-01-13 02:15:48"
          report_type              = "orders"
          report_type_display_name = "Orders"
          report_start_date        = "2026-11-01 02:00:00"
          report_end_date          = "2026-11-01 02:00:11"
          schedule                 = "MONTHLY"
          formats                  = ["CSV"]
          status                   = "READY"
          manually_triggered       = false
          split_report_count       = 2
        },
        {
          report_display_name      = "Monthly orders"
          report_identifier        = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
          report_run_identifier    = "1d2c3b4a-5968-4778-8695-a4b3c2d1e0ff"
          created_by_user_id       = "12345"
          created_by_user_name     = "John Doe"
          created_date             = "2026-01-13 02:15:48"
          report_type              = "orders"
          report_type_display_name = "Orders"
          report_start_date        = "2026-10-01 02:00:00"
          report_end_date          = "2026-10-01 02:00:11"
          schedule                 = "MONTHLY"
          formats                  = ["CSV"]
          status                   = "READY"
          manually_triggered       = false
          split_report_count       = 0
        },
      ]
    }
  }

  assert {
    condition = {
      for key, file in digicert_report_file.part : key => coalesce(file.split_report_sequence, "none")
      } == {
      "1d2c3b4a-5968-4778-8695-a4b3c2d1e0ff/0" = "none"
      "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20/0" = "0"
      "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20/1" = "1"
    }
    error_message = "A split run is a file for each of its parts."
  }

  assert {
    condition     = digicert_report_file.part["1d2c3b4a-5968-4778-8695-a4b3c2d1e0ff/0"].directory == "evidence/2026-10"
    error_message = "The run of the month before has not its own folder."
  }
}

run "warns_of_an_old_run" {
  command = plan

  variables {
    maximum_age_days = 35
  }

  # What an override does not name is random, whatever the defaults are.
  override_data {
    target = data.digicert_report_run.newest
    values = {
      report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
      report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
      report_type           = "orders"
      report_end_time       = "2026-01-01T00:00:00Z"
      parts                 = { "0" = null }
    }
  }

  expect_failures = [check.newest_run]
}
