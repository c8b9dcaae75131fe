package provider

import (
	"net/url"
	"os"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// producer returns the program and environment of a manifest.
func (p *configuredProvider) producer() archive.Producer {
	return archive.Producer{
		ProviderVersion: p.version, TerraformVersion: p.terraformVersion, BaseURL: p.baseURL, Job: ciJob(os.Getenv),
	}
}

// ciJob returns the address or identifier of the CI job from the variables of GitHub Actions, GitLab CI, Jenkins and
// HCP Terraform, without credentials.
func ciJob(getenv func(string) string) string {
	if run := getenv("GITHUB_RUN_ID"); run != "" {
		job := withoutCredentials(getenv("GITHUB_SERVER_URL")+"/"+getenv("GITHUB_REPOSITORY")) + "/actions/runs/" + run
		if attempt := getenv("GITHUB_RUN_ATTEMPT"); attempt != "" {
			job += "/attempts/" + attempt
		}
		return job
	}
	for _, name := range []string{"CI_JOB_URL", "BUILD_URL"} {
		if job := getenv(name); job != "" {
			return withoutCredentials(job)
		}
	}
	return strings.TrimSpace(getenv("TFC_RUN_ID"))
}

// withoutCredentials removes user, password, query and fragment from an address.
func withoutCredentials(address string) string {
	parsed, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	parsed.User, parsed.RawQuery, parsed.Fragment = nil, "", ""
	return parsed.String()
}
