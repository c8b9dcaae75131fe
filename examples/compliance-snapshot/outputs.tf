output "head" {
  description = "Digest of the newest list: the head of the chain. Keep it where the holder of the folder cannot change it."
  value       = digicert_report_archive.report.sha256
}

output "runs" {
  description = "The archived files: path and SHA-256."
  value       = { for key, run in digicert_report_archive.report.runs : run.path => run.content_sha256 }
}
