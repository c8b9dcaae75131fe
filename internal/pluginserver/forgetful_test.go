package pluginserver

import (
	"context"
	"errors"
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

// onceOnly are the calls that Terraform makes once for each process.
var onceOnly = []string{
	"GetMetadata", "GetProviderSchema", "GetResourceIdentitySchemas", "ValidateProviderConfig", "ConfigureProvider",
	"StopProvider", "GetFunctions",
}

// TestForgetful_keepsNothing makes every call that the protocol has with the real framework behind it.
func TestForgetful_keepsNothing(t *testing.T) {
	t.Parallel()
	server := forgetful{providerserver.NewProtocol6(emptyProvider{})()}
	protocol := reflect.TypeFor[tfprotov6.ProviderServer]()
	for i := range protocol.NumMethod() {
		method := protocol.Method(i)
		if slices.Contains(onceOnly, method.Name) {
			continue
		}
		carried := callWithLuggage(t, reflect.ValueOf(server).MethodByName(method.Name))
		runtime.GC()
		if carried.Value() != nil {
			t.Errorf("%s: what the call's context carried is still there after the call", method.Name)
		}
		runtime.KeepAlive(server)
	}
}

type luggage [1 << 16]byte

// callWithLuggage makes a call with an empty request and a context that carries something.
func callWithLuggage(t *testing.T, call reflect.Value) weak.Pointer[luggage] {
	t.Helper()
	type key struct{}
	carried := new(luggage)
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, carried))
	defer cancel() // as gRPC does it after every call
	request := reflect.New(call.Type().In(1).Elem())
	if name := request.Elem().FieldByName("TypeName"); name.IsValid() {
		name.SetString("empty_nothing")
	}
	call.Call([]reflect.Value{reflect.ValueOf(ctx), request})
	return weak.Make(carried)
}

func TestLend(t *testing.T) {
	t.Parallel()
	type key struct{}
	failure := errors.New("the call's own error")
	caller, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "carried"))
	defer cancel()
	var kept, derived context.Context
	response, err := lend(caller, "request", func(ctx context.Context, request string) (string, error) {
		kept = ctx
		if ctx.Value(key{}) != "carried" || ctx.Err() != nil {
			t.Errorf("in the call, the context carries %v and has ended with %v", ctx.Value(key{}), ctx.Err())
		}
		var stop context.CancelFunc
		derived, stop = context.WithCancel(ctx)
		defer stop()
		cancel()
		<-derived.Done() // the caller's end is the call's end
		return "response to " + request, failure
	})
	if response != "response to request" || !errors.Is(err, failure) {
		t.Errorf("lend returned %q, %v", response, err)
	}
	<-kept.Done()
	if _, ok := kept.Deadline(); ok || kept.Value(key{}) != nil || !errors.Is(kept.Err(), context.Canceled) {
		t.Errorf("after the call, the context carries %v and has ended with %v", kept.Value(key{}), kept.Err())
	}
}
