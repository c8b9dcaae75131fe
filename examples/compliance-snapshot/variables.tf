variable "report_display_name" {
  description = "Name of the report."
  type        = string
}

variable "report_format" {
  description = "Format that the report was created with, or ZIP."
  type        = string
  default     = "CSV"
}

variable "directory" {
  description = "Folder of the archive. It belongs to this archive alone."
  type        = string
  default     = "evidence"
}

variable "timestamp_authority" {
  description = "Address of a time stamp service (RFC 3161), such as http://timestamp.digicert.com. Null: no time stamps."
  type        = object({ url = string, ca_cert_pem = optional(string) })
  default     = null
}

variable "maximum_age_days" {
  description = "Age of the newest archived run, in days, from which on the check fails."
  type        = number
  default     = 35
}

variable "keep_files" {
  description = "Whether files and manifests stay when the archive is destroyed."
  type        = bool
  default     = true
}
