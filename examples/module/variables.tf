variable "report_display_name" {
  description = "Name of the report."
  type        = string
}

variable "report_format" {
  description = "Format that the report was created with, or ZIP."
  type        = string
  default     = "CSV"

  validation {
    condition     = contains(["CSV", "JSON", "EXCEL", "ZIP"], var.report_format)
    error_message = "A report has the format CSV, JSON, EXCEL or ZIP."
  }
}

variable "folder" {
  description = "Folder of the files."
  type        = string
  default     = "evidence"
}
