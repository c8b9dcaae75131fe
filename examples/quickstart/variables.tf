variable "orders" {
  description = "Name of a report that was created with the format CSV."
  type        = string
  default     = "Monthly orders"
}

variable "audit_log" {
  description = "Name of a report that was created with the format JSON."
  type        = string
  default     = "Audit log"
}
