ephemeral "digicert_report_download" "orders" {
  report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
  report_format         = "CSV"
}

locals {
  # Ephemeral too: it can go to a provider's configuration, a provisioner or a write-only argument, and nowhere else.
  orders = csvdecode(ephemeral.digicert_report_download.orders.content)
}

# A small report goes through a program, once for each run, and stays nowhere.
ephemeral "digicert_report_download" "users" {
  report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
  report_format         = "CSV"
  max_content_bytes     = 65536 # the environment of a program holds no more than that
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
