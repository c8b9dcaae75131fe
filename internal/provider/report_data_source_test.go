package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

const details = "digicert_report"

func textsExact(texts ...string) knownvalue.Check {
	var checks []knownvalue.Check
	for _, text := range texts {
		checks = append(checks, knownvalue.StringExact(text))
	}
	return knownvalue.ListExact(checks)
}

// reportChecks checks every attribute but the identifier.
func reportChecks(values map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for attribute, value := range values {
		checks = append(checks, lookupOf(details, attribute, value))
	}
	return checks
}

func TestReportDataSource_everyField(t *testing.T) {
	t.Parallel()
	for name, configure := range map[string]func(*reportlibrarytest.Options){
		"as documented": func(o *reportlibrarytest.Options) { o.UserIDAsString = true },
		"as sampled":    func(o *reportlibrarytest.Options) { o.DetailsDisplayName, o.ExtraFields = true, true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t, configure)
			report := s.AddReport(reportlibrarytest.Report{
				DisplayName: "Orders, monthly", Format: "JSON", Columns: []string{"order_id", "common_name"},
				Filters: []reportlibrarytest.Filter{
					{FilterIdentifier: "f", ColumnIdentifier: "c", Values: []string{"x", "y"}}, {FilterIdentifier: "g"},
				},
				DivisionFilterType: "INCLUDE", Divisions: []any{"north", 7}, SubAccountFilterType: "ALL",
				Schedule: reportlibrarytest.ReportSchedule{
					Frequency: "MONTHLY", WeekdayToRun: "MONDAY", WeekdayFrequency: "FIRST", RunUntil: "2027-01-01", RepeatEvery: "1",
					RepeatOn: "DATE", RepeatOnDate: &reportlibrarytest.RepeatOnDate{Date: "31", LastDayOfTheMonth: true},
				},
				NextRunDate: "2026-12-31", NotificationEmails: []string{"a@example.com", "b@example.com"},
			})
			text := knownvalue.StringExact
			s.test(resource.TestStep{
				Config: s.provider() + lookupBlock(details, fmt.Sprintf("report_identifier = %q", report.ReportIdentifier)),
				ConfigStateChecks: reportChecks(map[string]knownvalue.Check{
					"report_identifier":    text(report.ReportIdentifier),
					"report_display_name":  text("Orders, monthly"),
					"created_by_user_id":   text("12345"),
					"created_by_user_name": text("John Doe"),
					"created_date":         text("2026-01-01 19:00:00"),
					"report_metadata": knownvalue.ObjectExact(map[string]knownvalue.Check{
						"report_type": text("orders"),
						"columns": knownvalue.ListExact([]knownvalue.Check{
							knownvalue.ObjectExact(map[string]knownvalue.Check{"identifier": text("order_id")}),
							knownvalue.ObjectExact(map[string]knownvalue.Check{"identifier": text("common_name")}),
						}),
						"filters": knownvalue.ListExact([]knownvalue.Check{
							knownvalue.ObjectExact(map[string]knownvalue.Check{
								"filter_identifier": text("f"), "column_identifier": text("c"), "values": textsExact("x", "y"),
							}),
							knownvalue.ObjectExact(map[string]knownvalue.Check{
								"filter_identifier": text("g"), "column_identifier": knownvalue.Null(), "values": knownvalue.Null(),
							}),
						}),
						"sources": knownvalue.ObjectExact(map[string]knownvalue.Check{
							"division_filter_type": text("INCLUDE"), "divisions": textsExact("north", "7"),
							"sub_account_filter_type": text("ALL"), "sub_accounts": knownvalue.Null(),
						}),
					}),
					"schedule": knownvalue.ObjectExact(map[string]knownvalue.Check{
						"frequency": text("MONTHLY"), "weekday_to_run": text("MONDAY"), "weekday_frequency": text("FIRST"),
						"run_until": text("2027-01-01"), "repeat_every": text("1"), "repeat_on": text("DATE"),
						"repeat_on_date": knownvalue.ObjectExact(map[string]knownvalue.Check{
							"date": text("31"), "last_day_of_the_month": knownvalue.Bool(true),
						}),
					}),
					"next_run_date":       text("2026-12-31"),
					"formats":             textsExact("JSON"),
					"status":              text("ACTIVE"),
					"notification_emails": textsExact("a@example.com", "b@example.com"),
				}),
			})
		})
	}
}

func TestReportDataSource_fieldsThatDoNotApplyAreNull(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	report := s.AddReport(reportlibrarytest.Report{})
	s.test(
		resource.TestStep{
			Config: s.provider() + lookupBlock(details, fmt.Sprintf("report_identifier = %q", report.ReportIdentifier)),
			ConfigStateChecks: reportChecks(map[string]knownvalue.Check{
				"next_run_date": knownvalue.Null(), "notification_emails": knownvalue.Null(),
				"report_metadata": knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"columns": knownvalue.Null(), "filters": knownvalue.Null(),
				}),
				"schedule": knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"frequency": knownvalue.StringExact("ON_DEMAND"), "run_until": knownvalue.Null(), "repeat_on_date": knownvalue.Null(),
				}),
			}),
		},
		resource.TestStep{
			PreConfig: func() {
				s.Script(nil, reportlibrarytest.Status(200, `{"report":{"report_identifier":"`+report.ReportIdentifier+`"}}`).Forever())
			},
			Config: s.provider() + lookupBlock(details, fmt.Sprintf("report_identifier = %q", report.ReportIdentifier)),
			ConfigStateChecks: reportChecks(map[string]knownvalue.Check{
				"report_display_name": knownvalue.Null(), "created_by_user_id": knownvalue.Null(),
				"created_by_user_name": knownvalue.Null(), "created_date": knownvalue.Null(), "report_metadata": knownvalue.Null(),
				"schedule": knownvalue.Null(), "next_run_date": knownvalue.Null(), "formats": knownvalue.Null(),
				"status": knownvalue.Null(), "notification_emails": knownvalue.Null(),
			}),
		},
	)
}

func TestReportDataSource_oneRequest(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	report := s.AddReport(reportlibrarytest.Report{})
	_, diags := s.lookup(&reportDataSource{}, map[string]any{"report_identifier": report.ReportIdentifier})
	if len(diags) > 0 {
		t.Error(diags)
	}
	if err := s.wantRequests(1); err != nil {
		t.Error(err)
	}
	if got, want := s.Requests()[0].Path, "/reports/v1/report/"+report.ReportIdentifier; got != want {
		t.Errorf("got the request %s, want %s", got, want)
	}
}
