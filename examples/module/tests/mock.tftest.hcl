# Needs no server and no key: the mock returns these values. They are in this file, because OpenTofu's mock_provider
# has no argument source.

mock_provider "digicert" {
  mock_data "digicert_report_run" {
    defaults = {
      report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
      report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
      report_end_time       = "2026-11-01T02:00:11Z"
      parts                 = { "0" = null }
    }
  }

  mock_resource "digicert_report_file" {
    defaults = {
      path           = "evidence/2026-11/Monthly orders-2026-11-01-6b1f0a52.csv"
      content_sha256 = "a2f5cc66db331cfd570786d78469a36b5e7f84e9840287bf0c0f5b5af0ddf227"
      content_size   = 1024
    }
  }
}

variables {
  report_display_name = "Monthly orders"
  folder              = "evidence/2026-11"
}

run "one_file" {
  assert {
    condition     = keys(digicert_report_file.part) == ["0"]
    error_message = "A run that is not split is one file."
  }

  assert {
    condition     = digicert_report_file.part["0"].split_report_sequence == null
    error_message = "A run that is not split has no sequence."
  }

  assert {
    condition     = output.run.end == "2026-11-01T02:00:11Z" && output.files[0].size == 1024
    error_message = "The outputs differ from the newest run."
  }
}

run "a_file_for_each_part" {
  # An attribute that an override does not set is random, even if the mock has a default for it.
  override_data {
    target = data.digicert_report_run.newest
    values = {
      report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
      report_run_identifier = "1d2c3b4a-5968-4778-8695-a4b3c2d1e0ff"
      report_end_time       = "2026-12-01T02:00:11Z"
      parts                 = { "0" = 0, "1" = 1, "2" = 2 }
    }
  }

  override_resource {
    target = digicert_report_file.part
    values = {
      path           = "evidence/2026-11/Monthly orders-2026-12-01-1d2c3b4a.csv"
      content_sha256 = "69449807ce87222b5f46d9805caaeea35a8a44d12624f7f8458e4f8be15dd648"
      content_size   = 77
    }
  }

  assert {
    condition     = [for file in digicert_report_file.part : file.split_report_sequence] == [0, 1, 2]
    error_message = "A split run is a file for each of its parts."
  }

  assert {
    condition = output.files[2] == {
      path   = "evidence/2026-11/Monthly orders-2026-12-01-1d2c3b4a.csv"
      sha256 = "69449807ce87222b5f46d9805caaeea35a8a44d12624f7f8458e4f8be15dd648"
      size   = 77
    }
    error_message = "An output differs from the attributes of the file."
  }
}

run "refuses_another_format" {
  command = plan

  variables {
    report_format = "PDF"
  }

  expect_failures = [var.report_format]
}
