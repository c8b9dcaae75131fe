variable "orders" {
  description = "A run of a report that was created with the format CSV."
  type = object({
    report_identifier     = string
    report_run_identifier = string
  })
}

variable "audit_log" {
  description = "A run of a report that was created with the format JSON."
  type = object({
    report_identifier     = string
    report_run_identifier = string
  })
}
