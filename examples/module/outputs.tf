output "files" {
  description = "The files of the newest run, one for each part: path, SHA-256 and size in bytes."
  value = [
    for file in digicert_report_file.part : { path = file.path, sha256 = file.content_sha256, size = file.content_size }
  ]
}

output "run" {
  description = "Identifier and end of the newest run; the end is in RFC 3339."
  value = {
    identifier = data.digicert_report_run.newest.report_run_identifier
    end        = data.digicert_report_run.newest.report_end_time
  }
}
