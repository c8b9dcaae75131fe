resource "digicert_report_file" "orders" {
  report_identifier     = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  report_run_identifier = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
  report_format         = "CSV"
  filename              = "${path.root}/evidence/orders.csv"
  keep_files            = true
}
