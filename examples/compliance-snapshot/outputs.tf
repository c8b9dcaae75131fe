output "sha256sums" {
  description = "The manifest: terraform output -raw sha256sums | sha256sum -c"
  value       = join("", [for file in digicert_report_file.part : "${file.content_sha256}  ${file.path}\n"])
}

output "newest" {
  description = "Paths of the newest run's files."
  value       = local.newest_files[*].path
}
