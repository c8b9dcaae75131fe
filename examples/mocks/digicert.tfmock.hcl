# Values that satisfy the provider's validators, for mock_provider. Terraform makes up random strings for whatever is
# not here, and a random string is no identifier.

mock_data "digicert_report_run" {
  defaults = {
    report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
    report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
    report_type           = "orders"
    schedule              = "MONTHLY"
    report_start_date     = "2026-11-01 02:00:00"
    report_end_date       = "2026-11-01 02:00:11"
    report_end_time       = "2026-11-01T02:00:11Z"
    formats               = ["CSV"]
    status                = "READY"
    split_report_count    = 0
    parts                 = { "0" = null }
  }
}

mock_data "digicert_report_history" {
  defaults = {
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
        split_report_count       = 0
      },
    ]
  }
}

mock_data "digicert_report" {
  defaults = {
    report_display_name = "Monthly orders"
    formats             = ["CSV"]
    status              = "ACTIVE"
    next_run_date       = "2026-12-01"
  }
}

mock_data "digicert_report_download" {
  defaults = {
    content_sha256       = "a2f5cc66db331cfd570786d78469a36b5e7f84e9840287bf0c0f5b5af0ddf227"
    content_base64sha256 = "ovXMZtszHP1XB4bXhGmjW15/hOmEAoe/DA9bWvDd8ic="
    content_size         = 1024
    content_type         = "text/csv"
    delivered_format     = "CSV"
    suggested_filename   = "Monthly orders-2026-11-01.csv"
  }
}

mock_resource "digicert_report_file" {
  defaults = {
    content_sha256       = "a2f5cc66db331cfd570786d78469a36b5e7f84e9840287bf0c0f5b5af0ddf227"
    content_base64sha256 = "ovXMZtszHP1XB4bXhGmjW15/hOmEAoe/DA9bWvDd8ic="
    content_size         = 1024
    content_type         = "text/csv"
    delivered_format     = "CSV"
    suggested_filename   = "Monthly orders-2026-11-01.csv"
    path                 = "evidence/2026-11/Monthly orders-2026-11-01-6b1f0a52.csv"
    present              = true
    downloaded_at        = "2026-11-01T06:00:00Z"
  }
}
