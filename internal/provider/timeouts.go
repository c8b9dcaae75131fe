package provider

import (
	"context"
	"time"

	datasourcetimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	ephemeraltimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	resourcetimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// defaultTimeout is the time limit of an operation without timeouts.
const defaultTimeout = 30 * time.Minute

const timeoutsDescription = "How long an operation may take as a whole, all attempts and pauses included."

// readTimeout is the attribute timeouts of a data source with the default byDefault.
func readTimeout(ctx context.Context, byDefault string) datasource.Attribute {
	attribute := datasourcetimeouts.AttributesWithOpts(ctx, datasourcetimeouts.Opts{
		ReadDescription: timeoutDescription("the whole read", byDefault),
	})
	if nested, ok := attribute.(datasource.SingleNestedAttribute); ok {
		nested.MarkdownDescription = timeoutsDescription
		for name, limit := range nested.Attributes {
			if limit, ok := limit.(datasource.StringAttribute); ok {
				limit.Validators = []validator.String{duration{positive: true}}
				nested.Attributes[name] = limit
			}
		}
		return nested
	}
	return attribute
}

func openTimeout(ctx context.Context) ephemeral.Attribute {
	attribute := ephemeraltimeouts.AttributesWithOpts(ctx, ephemeraltimeouts.Opts{
		OpenDescription: timeoutDescription("the download", "30m"),
	})
	if nested, ok := attribute.(ephemeral.SingleNestedAttribute); ok {
		nested.MarkdownDescription = timeoutsDescription
		for name, limit := range nested.Attributes {
			if limit, ok := limit.(ephemeral.StringAttribute); ok {
				limit.Validators = []validator.String{duration{positive: true}}
				nested.Attributes[name] = limit
			}
		}
		return nested
	}
	return attribute
}

func fileTimeouts(ctx context.Context) resource.Attribute {
	return changeTimeouts(ctx, "the first download", "an update", "30m")
}

func archiveTimeouts(ctx context.Context) resource.Attribute {
	return changeTimeouts(ctx, "the first apply", "a later apply", "90m")
}

// changeTimeouts is the attribute timeouts of a resource, with the words for its create and update and their default.
func changeTimeouts(ctx context.Context, create, update, byDefault string) resource.Attribute {
	attribute := resourcetimeouts.Attributes(ctx, resourcetimeouts.Opts{
		Create: true, Update: true,
		CreateDescription: timeoutDescription(create, byDefault),
		UpdateDescription: timeoutDescription(update, byDefault),
	})
	if nested, ok := attribute.(resource.SingleNestedAttribute); ok {
		nested.MarkdownDescription = timeoutsDescription
		for name, limit := range nested.Attributes {
			if limit, ok := limit.(resource.StringAttribute); ok {
				limit.Validators = []validator.String{duration{positive: true}}
				nested.Attributes[name] = limit
			}
		}
		return nested
	}
	return attribute
}

func timeoutDescription(what, byDefault string) string {
	return "How long " + what + " may take, a positive duration such as `10m`. Defaults to `" + byDefault + "`."
}
