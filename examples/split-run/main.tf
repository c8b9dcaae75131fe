terraform {
  required_providers {
    digicert = {
      source = "seed-875fe49d/digicert"
    }
  }
}

variable "run" {
  description = "A run that DigiCert split, and the number of its parts (split_report_count in the report history)."
  type = object({
    report_identifier     = string
    report_run_identifier = string
    parts                 = number
  })
}

# One file for each part, as in "All orders-2026-11-24-6b1f0a52-part0.csv".
resource "digicert_report_file" "part" {
  for_each = { for sequence in range(var.run.parts) : tostring(sequence) => sequence }

  report_identifier     = var.run.report_identifier
  report_run_identifier = var.run.report_run_identifier
  report_format         = "CSV"
  split_report_sequence = each.value
  directory             = "${path.root}/evidence"
}

output "parts" {
  description = "The SHA-256 of each part by its path."
  value       = { for part in digicert_report_file.part : part.path => part.content_sha256 }
}
