terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

# The hash of a run. The content is not in the state.
data "digicert_report_download" "orders" {
  report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
  report_format         = "CSV"
}

output "orders_sha256" {
  value = data.digicert_report_download.orders.content_sha256
}

# The rows of a small report, for expressions. With include_content the content is in the state.
data "digicert_report_download" "amounts" {
  report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
  report_format         = "CSV"
  include_content       = true
  max_content_bytes     = 1048576

  timeouts = {
    read = "5m"
  }
}

output "amount" {
  value     = sum([for row in csvdecode(data.digicert_report_download.amounts.content) : tonumber(row.amount)])
  sensitive = true
}
