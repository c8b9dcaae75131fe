terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

ephemeral "digicert_report_download" "orders" {
  report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
  report_format         = "CSV"
}

locals {
  # An ephemeral value: Terraform accepts it in provider configurations, provisioners and write-only arguments only.
  orders = csvdecode(ephemeral.digicert_report_download.orders.content)
}

# Pass a small report to a program, once for each run. Nothing is saved.
ephemeral "digicert_report_download" "users" {
  report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
  report_format         = "CSV"
  max_content_bytes     = 65536 # a program's environment is limited to about this size
}

resource "terraform_data" "users" {
  triggers_replace = ["6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"]

  provisioner "local-exec" {
    command = "printenv REPORT | base64 -d | wc -l"
    environment = {
      REPORT = ephemeral.digicert_report_download.users.content_base64
    }
  }
}
