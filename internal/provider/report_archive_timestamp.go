package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// stamper returns the provider's time stamp authority, nil if it has none.
func (p *configuredProvider) stamper() archive.Stamper { return nil }

// checkTimestamp reports that a time stamp is asked for without an authority.
func (p *configuredProvider) checkTimestamp(plan *reportArchiveModel) diag.Diagnostics {
	var diags diag.Diagnostics
	if p != nil && plan.Timestamp.ValueBool() && p.stamper() == nil {
		diags.AddAttributeError(path.Root("timestamp"), "Missing Time Stamp Authority", "A time stamp needs an authority "+
			"that issues it, and the provider has none.\n\nSet the provider's timestamp_authority, such as { url = "+
			"\"http://timestamp.digicert.com\" }, or leave timestamp out.")
	}
	return diags
}

// verifiedStamp returns the details of a record's time stamp. One that cannot be verified is taken off the record.
func (p *configuredProvider) verifiedStamp(ctx context.Context, record *archive.Record) *archive.Stamp {
	stamper := p.stamper()
	if len(record.Newest.Token) == 0 || stamper == nil {
		return nil
	}
	stamp, err := stamper.Verify(ctx, record.Newest.Token, record.Newest.Sums)
	if err != nil {
		record.Newest.Token = nil
		return nil
	}
	return &stamp
}
