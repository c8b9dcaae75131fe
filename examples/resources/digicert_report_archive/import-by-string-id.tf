import {
  to = digicert_report_archive.orders
  id = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f,CSV,evidence/orders"
}
