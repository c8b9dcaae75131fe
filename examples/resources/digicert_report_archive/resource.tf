terraform {
  required_providers {
    digicert = {
      source  = "seed-875fe49d/digicert"
      version = "~> 0.1"
    }
  }
}

resource "digicert_report_archive" "orders" {
  report_identifier = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  report_format     = "CSV"
  directory         = "evidence/orders"

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "Some runs could not be archived: see the warnings."
    }
  }
}

output "evidence_head" {
  description = "Digest of the newest list of files. It pins the whole archive, so keep it in another place."
  value       = digicert_report_archive.orders.sha256
}
