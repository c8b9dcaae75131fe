package provider

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// mockDefaults returns the values of the shipped mocks by the name of their data source or resource.
func mockDefaults(t *testing.T, kind string) map[string]cty.Value {
	t.Helper()
	file, diags := hclparse.NewParser().ParseHCLFile(filepath.Join(examplesDir, "mocks", "digicert.tfmock.hcl"))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	content, _, diags := file.Body.PartialContent(&hcl.BodySchema{
		Blocks: []hcl.BlockHeaderSchema{{Type: kind, LabelNames: []string{"type"}}},
	})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	values := map[string]cty.Value{}
	for _, block := range content.Blocks {
		attributes, diags := block.Body.JustAttributes()
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		value, diags := attributes["defaults"].Expr.Value(nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		values[block.Labels[0]] = value
	}
	return values
}

// TestMocks_haveEveryComputedAttribute compares the shipped mocks with the schema: Terraform makes up a random string
// for an attribute without a value.
func TestMocks_haveEveryComputedAttribute(t *testing.T) {
	t.Parallel()
	schemas, err := NewServer("test")().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for kind, all := range map[string]map[string]*tfprotov6.Schema{
		"mock_data": schemas.DataSourceSchemas, "mock_resource": schemas.ResourceSchemas,
	} {
		values := mockDefaults(t, kind)
		for name, schema := range all {
			value, ok := values[name]
			if !ok {
				t.Errorf("%s %s is missing", kind, name)
				continue
			}
			computed := map[string]tftypes.Type{}
			optional := map[string]struct{}{}
			for _, attribute := range schema.Block.Attributes {
				if !attribute.Computed {
					continue
				}
				computed[attribute.Name] = attribute.ValueType()
				// Without a value in the configuration, an argument of a data source is a string of the record.
				if attribute.Optional && kind == "mock_data" && attribute.Name == "report_display_name" {
					optional[attribute.Name] = struct{}{} // OpenTofu accepts no mock value for an argument that the examples set
				}
			}
			wantValues(t, kind+" "+name, value, tftypes.Object{AttributeTypes: computed, OptionalAttributes: optional})
		}
		for name := range values {
			if all[name] == nil {
				t.Errorf("%s %s is not in the schema", kind, name)
			}
		}
	}
}

// wantValues checks that a value has every attribute of a type, in every depth, and no other.
func wantValues(t *testing.T, name string, value cty.Value, want tftypes.Type) {
	t.Helper()
	switch want := want.(type) {
	case tftypes.Object:
		if value.IsNull() {
			return
		}
		for attribute, attributeType := range want.AttributeTypes {
			if value.Type().HasAttribute(attribute) {
				wantValues(t, name+"."+attribute, value.GetAttr(attribute), attributeType)
			} else if _, ok := want.OptionalAttributes[attribute]; !ok {
				t.Errorf("%s has no %s", name, attribute)
			}
		}
		for attribute := range value.Type().AttributeTypes() {
			if want.AttributeTypes[attribute] == nil {
				t.Errorf("%s has a value for %s, which is not computed", name, attribute)
			}
		}
	case tftypes.List:
		for it := value.ElementIterator(); it.Next(); {
			_, element := it.Element()
			wantValues(t, name+"[]", element, want.ElementType)
		}
	}
}

// TestMocks_digestsAreThoseOfTheContent keeps the values believable: a module may check one against another.
func TestMocks_digestsAreThoseOfTheContent(t *testing.T) {
	t.Parallel()
	download := mockDefaults(t, "mock_data")["digicert_report_download"]
	content := []byte(download.GetAttr("content").AsString())
	sha, long, short := sha256.Sum256(content), sha512.Sum512(content), md5.Sum(content)
	want := map[string]string{
		"content_base64":       base64.StdEncoding.EncodeToString(content),
		"content_sha256":       hex.EncodeToString(sha[:]),
		"content_base64sha256": base64.StdEncoding.EncodeToString(sha[:]),
		"content_sha512":       hex.EncodeToString(long[:]),
		"content_md5":          hex.EncodeToString(short[:]),
	}
	for kind, name := range map[string]string{"mock_data": "digicert_report_download", "mock_resource": "digicert_report_file"} {
		value := mockDefaults(t, kind)[name]
		for attribute, want := range want {
			if !value.Type().HasAttribute(attribute) {
				continue // content_base64 of the file resource, which the other test looks for where it belongs
			}
			if got := value.GetAttr(attribute).AsString(); got != want {
				t.Errorf("%s %s.%s: got %s, want %s", kind, name, attribute, got, want)
			}
		}
		if got := value.GetAttr("content_size"); !got.RawEquals(cty.NumberIntVal(int64(len(content)))) {
			t.Errorf("%s %s.content_size: got %#v, want %d", kind, name, got, len(content))
		}
	}
}
