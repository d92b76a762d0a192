package dev.javernetes.api.codec.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.codec.SampleSchemas;
import dev.javernetes.api.machinery.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedDecoderTest {
  private final GoShapes shapes = new GoShapes(SampleSchemas.CATALOG);

  @Test
  void dropsWhatGoDrops() throws Exception {
    var decoded =
        decode(
            """
            {"kind":"Pod","metadata":{"name":"a","odd":1,"labels":{}},"spec":{"hostNetwork":false,
             "automountServiceAccountToken":false,"nodeName":"","containers":[{"name":"c","resources":{"limits":{"cpu":"1000m","memory":"1024Mi"}}}]}}
            """);
    assertThat(Json.text(decoded.object()))
        .isEqualTo(
            """
            {"kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","resources":\
            {"limits":{"cpu":"1","memory":"1Gi"}}}],"automountServiceAccountToken":false},"status":{}}\
            """);
    assertThat(decoded.strictErrors()).containsExactly("unknown field \"metadata.odd\"");
  }

  @Test
  void emptyListsThatAreAlwaysWrittenComeBackFromTheStoreAsNull() throws Exception {
    var decoded = decode("{\"metadata\":{\"name\":\"a\"},\"spec\":{\"containers\":[]}}").object();
    new EmptyLists(shapes).toNull(decoded, "io.k8s.api.core.v1.Pod");
    assertThat(Json.text(decoded.objectOrEmpty("spec"))).isEqualTo("{\"containers\":null}");
  }

  @Test
  void mergesRepeatedMembersAndSaysSo() throws Exception {
    var decoded =
        decode("{\"metadata\":{\"labels\":{\"a\":\"1\",\"a\":\"2\"},\"labels\":{\"b\":\"3\"}}}");
    assertThat(decoded.object().objectOrEmpty("metadata").stringMap("labels"))
        .containsEntry("a", "2")
        .containsEntry("b", "3");
    assertThat(decoded.strictErrors())
        .containsExactly(
            "duplicate field \"metadata.labels.a\"", "duplicate field \"metadata.labels\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"metadata\":\"x\"} | json: cannot unmarshal string into Go struct field Pod.metadata of type v1.ObjectMeta",
        "{\"metadata\":{\"name\":5}} | json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string",
        "{\"metadata\":{\"labels\":[]}} | json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string",
        "{\"spec\":{\"containers\":{}}} | json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
        "{\"spec\":{\"terminationGracePeriodSeconds\":30.0}} | json: cannot unmarshal number 30.0 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64",
        "{\"spec\":{\"containers\":[{\"imagePullPolicy\":1}]}} | json: cannot unmarshal number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy",
        "{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":\"x\"}}}]}} | quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        "{\"metadata\":{\"creationTimestamp\":\"yesterday\"}} | parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"",
        "{\"metadata\":{\"name\":5}} x | invalid character 'x' after top-level value",
        "{\"a\":01} | invalid character '1' after object key:value pair",
        "nonsense | invalid character 'o' in literal null (expecting 'u')",
      })
  void refusesInGosWords(String text, String message) {
    assertThatThrownBy(() -> decode(text)).isInstanceOf(DecodeException.class).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "1000m,1",
    "1024Mi,1Gi",
    "0.5Gi,512Mi",
    "1e3,1e3",
    "1500m,1500m",
    "0,0",
    "-1,-1",
    "1000,1k",
    "1024,1024",
    "1.5,1500m",
    "100Ki,100Ki",
    "1000Ki,1000Ki",
    "0.1n,1n",
    "9E,9E",
    "1M,1M",
    "1000k,1M",
    "+5,5",
    ".5,500m",
    "1025Ki,1025Ki"
  })
  void quantities(String given, String canonical) throws Exception {
    assertThat(CanonicalQuantity.of(given)).isEqualTo(canonical);
  }

  private TypedDecoder.Decoded decode(String text) throws DecodeException {
    return TypedDecoder.decode(
        text.getBytes(StandardCharsets.UTF_8), shapes, "io.k8s.api.core.v1.Pod");
  }
}
