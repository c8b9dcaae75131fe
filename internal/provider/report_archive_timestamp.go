package provider

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp"
)

// archiveStamper implements archive.Stamper.
type archiveStamper struct {
	client *timestamp.Client
	// missing explains why client is nil.
	missing diag.Diagnostics
}

// stamper returns the configured time stamp authority. Without one, Stamp returns an error.
func (p *configuredProvider) stamper() archive.Stamper {
	client, diags := p.timestampClient()
	return &archiveStamper{client: client, missing: diags}
}

func (s *archiveStamper) Stamp(ctx context.Context, content []byte) (archive.Stamp, error) {
	if s.missing.HasError() {
		return archive.Stamp{}, errors.New(s.missing[0].Detail())
	}
	stamp, err := s.client.Stamp(ctx, sha256.Sum256(content))
	if err != nil {
		return archive.Stamp{}, err
	}
	return archiveStamp(stamp.Response, stamp.Facts), nil
}

// Verify implements archive.Stamper. Without an authority it uses the roots of the system.
func (s *archiveStamper) Verify(ctx context.Context, token, content []byte) (archive.Stamp, error) {
	verify := func(ctx context.Context, token []byte, digest [sha256.Size]byte) (timestamp.Facts, error) {
		return timestamp.Verify(ctx, token, digest, nil)
	}
	if s.client != nil {
		verify = s.client.Verify
	}
	facts, err := verify(ctx, token, sha256.Sum256(content))
	if err != nil {
		return archive.Stamp{}, err
	}
	return archiveStamp(token, facts), nil
}

func archiveStamp(token []byte, facts timestamp.Facts) archive.Stamp {
	return archive.Stamp{Token: token, Time: facts.Time, Expires: facts.ExpiresAt, Signer: facts.Signer}
}

// checkTimestamp reports a configured time stamp without an authority.
func (p *configuredProvider) checkTimestamp(plan *reportArchiveModel) diag.Diagnostics {
	if p == nil || !plan.Timestamp.ValueBool() {
		return nil
	}
	return p.requireTimestampAuthority(path.Root("timestamp"))
}

// savedStamp verifies the time stamp in the folder over the newest manifest. A damaged one is an error. An unknown root
// is a warning, because other machines may know it.
func (p *configuredProvider) savedStamp(
	ctx context.Context, m *reportArchiveModel, record archive.Record,
) (*archive.Stamp, diag.Diagnostics) {
	var diags diag.Diagnostics
	if len(record.Newest.Token) == 0 {
		return nil, diags
	}
	stamp, err := p.stamper().Verify(ctx, record.Newest.Token, record.Newest.Sums)
	if err == nil {
		return &stamp, diags
	}
	name := m.path(archive.TokenName(record.Sequence))
	failed, ok := errors.AsType[*timestamp.Error](err)
	if ok && (failed.Kind == timestamp.KindUntrusted || failed.Kind == timestamp.KindExpired) {
		diags.AddAttributeWarning(path.Root("timestamp"), "Time Stamp Not Judged", fmt.Sprintf("%s is kept, but could not "+
			"be verified here: %s", name, timestampFailure(err)))
		return nil, diags
	}
	diags.AddAttributeError(path.Root("directory"), "Time Stamp Damaged", fmt.Sprintf("%s is not a time stamp over %s: %s"+
		"\n\nPut the right file back from a backup or another copy of the folder.", name,
		archive.SumsName(record.Sequence), timestampFailure(err)))
	return nil, diags
}

// clockTolerance is the accepted difference between the clocks of this machine and of a time stamp authority.
const clockTolerance = 5 * time.Minute

// clockWarning warns that this machine's clock, the source of downloaded_at, is wrong.
func clockWarning(off time.Duration) diag.Diagnostics {
	var diags diag.Diagnostics
	if off.Abs() > clockTolerance {
		relation := "ahead of"
		if off < 0 {
			relation = "behind"
		}
		diags.AddWarning("Clock Differs From Time Stamp", fmt.Sprintf("The clock of this machine is %s %s the time stamp "+
			"authority's. The times of downloads in the manifest are this machine's. Synchronise its clock.",
			off.Abs().Round(time.Second), relation))
	}
	return diags
}
