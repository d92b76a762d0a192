package dev.javernetes.apiserver.strategy.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.strategy.Written;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceStrategiesTest {
  private static final Strategy CLAIM =
      new ResourceClaimStrategy(
          (expression, path, errors) -> {},
          new AdminAccess(namespace -> Map.of()),
          new StatusRights((user, verb, namespace, subresource, name) -> ""));

  @Test
  void asksForOneDeviceUnlessSaidOtherwise() {
    Written written =
        Written.create(CLAIM, claim("{'name':'r','exactly':{'deviceClassName':'c'}}"));
    assertThat(written.errors()).isEmpty();
    assertThat(
            written
                .object()
                .objectOrEmpty("spec")
                .objectOrEmpty("devices")
                .objects("requests")
                .getFirst()
                .objectOrEmpty("exactly"))
        .containsEntry("allocationMode", "ExactCount")
        .containsEntry("count", 1L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name':'r'} | spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required",
        "{'name':'r','exactly':{'deviceClassName':'c','allocationMode':'All','count':2}}"
            + " | spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode"
            + " is 'All'",
        "{'name':'r','exactly':{'deviceClassName':'c','adminAccess':true}}"
            + " | spec.devices.requests[0].adminAccess: Forbidden: admin access to devices requires the"
            + " `resource.kubernetes.io/admin-access: true` label on the containing namespace",
        "{'name':'r','exactly':{'deviceClassName':'c','tolerations':[{'key':'a','operator':'Exists','value':'x'}]}}"
            + " | spec.devices.requests[0].exactly.tolerations[0].value: Invalid value: \"x\": must be empty for"
            + " operator `Exists`"
      })
  void refusesRequests(String request, String error) {
    assertThat(Written.create(CLAIM, claim(request)).errors()).containsExactly(error);
  }

  private static String claim(String requests) {
    return "{'metadata':{},'spec':{'devices':{'requests':[" + requests + "]}}}";
  }

  @Test
  void namesARequestOrOneOfItsAlternatives() {
    RequestNames names =
        RequestNames.of(
            Written.parse(
                "{'requests':[{'name':'a'},{'name':'b','firstAvailable':[{'name':'x'}]}]}"));
    for (String known : List.of("a", "b", "b/x")) {
      var errors = new dev.javernetes.api.machinery.field.ErrorList();
      names.checkReference(known, dev.javernetes.api.machinery.field.FieldPath.of("r"), errors);
      assertThat(errors).isEmpty();
    }
    for (String unknown : List.of("c", "a/x", "b/y", "b/x/z")) {
      var errors = new dev.javernetes.api.machinery.field.ErrorList();
      names.checkReference(unknown, dev.javernetes.api.machinery.field.FieldPath.of("r"), errors);
      assertThat(errors).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name':'d','attributes':{'a':{}}}"
            + " | spec.devices[0].attributes[a]: Invalid value: \"\": exactly one value must be specified",
        "{'name':'d','attributes':{'a':{'version':'1'}}}"
            + " | spec.devices[0].attributes[a].version: Invalid value: \"1\": must be a string compatible with"
            + " semver.org spec 2.0.0",
        "{'name':'d','capacity':{'m':{'value':'1Gi','requestPolicy':{'default':'1'}}}}"
            + " | spec.devices[0].capacity[m].requestPolicy: Forbidden: allowMultipleAllocations must be true",
        "{'name':'d','allowMultipleAllocations':true,'capacity':{'m':{'value':'4','requestPolicy':"
            + "{'default':'3','validRange':{'min':'1','step':'2','max':'8'}}}}}"
            + " | spec.devices[0].capacity[m].requestPolicy.validRange.max: Invalid value: \"8\": max is larger than"
            + " capacity value: 4",
        "{'name':'d','nodeName':'n'} | spec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes`"
            + " can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec"
      })
  void refusesDevices(String device, String error) {
    String json =
        "{'metadata':{},'spec':{'driver':'d','nodeName':'n','pool':{'name':'p','resourceSliceCount':1},"
            + "'devices':["
            + device
            + "]}}";
    assertThat(Objects.requireNonNull(Written.create(new ResourceSliceStrategy(), json)).errors())
        .contains(error);
  }
}
