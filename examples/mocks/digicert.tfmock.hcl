# Values for mock_provider, one for each computed attribute. Terraform makes up a random string for an attribute without
# a value, which is not a valid identifier, and which differs between plan and apply.

mock_data "digicert_report_run" {
  defaults = {
    report_identifier        = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
    report_run_identifier    = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
    created_by_user_id       = "12345"
    created_by_user_name     = "John Doe"
    created_date             = "2026-01-13 02:15:48"
    report_type              = "orders"
    report_type_display_name = "Orders"
    schedule                 = "MONTHLY"
    report_start_date        = "2026-11-01 02:00:00"
    report_end_date          = "2026-11-01 02:00:11"
    report_end_time          = "2026-11-01T02:00:11Z"
    formats                  = ["CSV"]
    status                   = "READY"
    manually_triggered       = false
    split_report_count       = 0
    parts                    = { "0" = null }
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
    report_display_name  = "Monthly orders"
    created_by_user_id   = "12345"
    created_by_user_name = "John Doe"
    created_date         = "2026-01-13 02:15:48"
    formats              = ["CSV"]
    next_run_date        = "2026-12-01"
    notification_emails  = []
    status               = "ACTIVE"
    report_metadata = {
      report_type = "orders"
      columns     = [{ identifier = "order_id" }, { identifier = "common_name" }]
      filters     = []
      sources     = null
    }
    schedule = {
      frequency         = "MONTHLY"
      weekday_to_run    = null
      weekday_frequency = null
      run_until         = null
      repeat_every      = "1"
      repeat_on         = "date"
      repeat_on_date    = { date = "1", last_day_of_the_month = false }
    }
  }
}

mock_data "digicert_report_rows" {
  defaults = {
    columns        = ["Order ID", "Common name", "Valid until"]
    row_count      = 2
    match_count    = 0
    unparsed_count = 0
    rows           = []
    truncated      = false
  }
}

# The digests are those of the content.
mock_data "digicert_report_download" {
  defaults = {
    content_sha256       = "9480c04d3dafe27c34668144e596bea4a0e472dc6b276fb7b20889a8be66150d"
    content_base64sha256 = "lIDATT2v4nw0ZoFE5Za+pKDkctxrJ2+3sgiJqL5mFQ0="
    content_sha512       = "7f6af80c3e627a32559de37af8cab8975876564aef7784b54346c0ba41fe6add2547d223acfb28ae8c7ed0823064d91d1674ab8a2af7772af6af79f0d063b211"
    content_md5          = "d72fd61e6b5975df734294dfb187ff72"
    content_size         = 98
    row_count            = 2
    columns              = ["Order ID", "Common name", "Valid to"]
    content_type         = "text/csv"
    delivered_format     = "CSV"
    members              = []
    members_sha256       = null
    suggested_filename   = "Monthly orders-2026-11-01.csv"
    content              = "Order ID,Common name,Valid until\n1001,www.example.com,2027-01-31\n1002,mail.example.com,2027-02-28\n"
    content_base64       = "T3JkZXIgSUQsQ29tbW9uIG5hbWUsVmFsaWQgdW50aWwKMTAwMSx3d3cuZXhhbXBsZS5jb20sMjAyNy0wMS0zMQoxMDAyLG1haWwuZXhhbXBsZS5jb20sMjAyNy0wMi0yOAo="
  }
}

mock_resource "digicert_report_file" {
  defaults = {
    content_sha256       = "9480c04d3dafe27c34668144e596bea4a0e472dc6b276fb7b20889a8be66150d"
    content_base64sha256 = "lIDATT2v4nw0ZoFE5Za+pKDkctxrJ2+3sgiJqL5mFQ0="
    content_sha512       = "7f6af80c3e627a32559de37af8cab8975876564aef7784b54346c0ba41fe6add2547d223acfb28ae8c7ed0823064d91d1674ab8a2af7772af6af79f0d063b211"
    content_md5          = "d72fd61e6b5975df734294dfb187ff72"
    content_size         = 98
    row_count            = 2
    columns              = ["Order ID", "Common name", "Valid to"]
    content_type         = "text/csv"
    delivered_format     = "CSV"
    members              = []
    members_sha256       = null
    suggested_filename   = "Monthly orders-2026-11-01.csv"
    path                 = "evidence/2026-11/Monthly orders-2026-11-01-6b1f0a52.csv"
    present              = true
    downloaded_at        = "2026-11-01T06:00:00Z"

    # Arguments that have a default. OpenTofu accepts no value for one that the configuration sets: leave it out there.
    allow_empty          = false
    directory_permission = "0700"
    keep_files           = false
    on_missing           = "restore"
    overwrite            = false
  }
}

mock_resource "digicert_report_archive" {
  defaults = {
    runs = {
      "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20" = {
        path              = "evidence/orders/2026-11-01-6b1f0a52.csv"
        content_sha256    = "a2f5cc66db331cfd570786d78469a36b5e7f84e9840287bf0c0f5b5af0ddf227"
        content_size      = 1024
        row_count         = 12
        report_start_date = "2026-11-01 02:00:00"
        report_end_date   = "2026-11-01 02:00:11"
        manifest          = 1
      }
    }
    complete             = true
    newest_run_end_time  = "2026-11-01T02:00:11Z"
    sequence             = 1
    manifest_path        = "evidence/orders/0001.json"
    sha256sums_path      = "evidence/orders/0001.sha256"
    timestamp_path       = "evidence/orders/0001.sha256.tsr"
    sha256               = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c"
    timestamped_at       = "2026-11-01T06:00:02Z"
    timestamp_signer     = "CN=Example Time Stamp Authority"
    timestamp_expires_at = "2036-11-01T00:00:00Z"
    manifest_json        = "{}"
    sha256sums           = ""
    timestamp_base64     = ""
    timestamp            = false
    on_missing           = "restore"
    directory_permission = "0700"
    allow_empty          = false
    keep_files           = true
  }
}
