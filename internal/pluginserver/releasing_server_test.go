package pluginserver

import (
	"context"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type emptyProvider struct{}

func (emptyProvider) Metadata(context.Context, provider.MetadataRequest, *provider.MetadataResponse) {
}

func (emptyProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (emptyProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (emptyProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (emptyProvider) Resources(context.Context) []func() resource.Resource { return nil }

// onceOnly are the calls that Terraform makes once in a process.
var onceOnly = []string{
	"GetMetadata", "GetProviderSchema", "GetResourceIdentitySchemas", "ValidateProviderConfig", "ConfigureProvider",
	"StopProvider", "GetFunctions",
}

// TestReleasingServer makes every call of the protocol against the real framework.
func TestReleasingServer(t *testing.T) {
	t.Parallel()
	server := releasingServer{providerserver.NewProtocol6(emptyProvider{})()}
	protocol := reflect.TypeFor[tfprotov6.ProviderServer]()
	for i := range protocol.NumMethod() {
		method := protocol.Method(i)
		if slices.Contains(onceOnly, method.Name) {
			continue
		}
		carried := callWithPayload(t, reflect.ValueOf(server).MethodByName(method.Name))
		runtime.GC()
		if carried.Value() != nil {
			t.Errorf("%s: the values of the call's context are still in memory after the call", method.Name)
		}
		runtime.KeepAlive(server)
	}
}

type payload [1 << 16]byte

// callWithPayload makes a call with an empty request and a context that carries a payload.
func callWithPayload(t *testing.T, call reflect.Value) weak.Pointer[payload] {
	t.Helper()
	type key struct{}
	carried := new(payload)
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, carried))
	defer cancel() // as gRPC does it after every call
	request := reflect.New(call.Type().In(1).Elem())
	if name := request.Elem().FieldByName("TypeName"); name.IsValid() {
		name.SetString("empty_nothing")
	}
	call.Call([]reflect.Value{reflect.ValueOf(ctx), request})
	return weak.Make(carried)
}
