variable "report_display_name" {
  description = "Name of the report."
  type        = string
}

variable "report_format" {
  description = "Format that the report was created with, or ZIP."
  type        = string
  default     = "CSV"
}

variable "folder" {
  description = "Folder of the files; each month has one below it."
  type        = string
  default     = "evidence"
}

variable "maximum_age_days" {
  description = "Age of the newest run, in days, from which on the check warns."
  type        = number
  default     = 35
}

variable "minimum_size" {
  description = "Size of the newest run, in bytes, below which the check warns."
  type        = number
  default     = 1
}

variable "on_missing" {
  description = "What a file that is gone means: \"restore\" it, or \"ignore\" that, where files are kept elsewhere."
  type        = string
  default     = "restore"
}

variable "keep_files" {
  description = "Whether files stay when DigiCert forgets their run, and on destroy."
  type        = bool
  default     = true
}
