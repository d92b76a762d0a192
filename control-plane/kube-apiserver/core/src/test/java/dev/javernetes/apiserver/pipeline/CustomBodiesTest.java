package dev.javernetes.apiserver.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.api.schema.structural.StructuralSchemas;
import dev.javernetes.apiserver.registry.ServedVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A custom object says itself what it is, and is pruned in the version that it says. */
class CustomBodiesTest {
  private final ServedVersion v1 = version("v1", "a");
  private final ServedVersion v2 = version("v2", "b");
  private final ObjectCodec codec = new ObjectCodec(BuiltInSchemas.get(), kind -> null, false);

  @Test
  void aBodyWithoutAKindIsShownAsItCame() {
    assertThatThrownBy(() -> json("{'apiVersion':'example.com/v1'}"))
        .hasMessage(
            "the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing"
                + " in '{\"apiVersion\":\"example.com/v1\"}' ({\"apiVersion\":\"example.com/v1\" ...)");
    assertThatThrownBy(() -> decode("a: 1\n", ObjectCodec.Format.YAML))
        .hasMessage(
            "the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing"
                + " in 'a: 1\n' (613a20310a)");
  }

  @Test
  void theVersionThatTheBodyNamesPrunesIt() {
    String rest = "'kind':'Widget','spec':{'a':'x','b':'y'}}";

    assertThat(json("{'apiVersion':'example.com/v1'," + rest).strictErrors())
        .containsExactly("unknown field \"spec.b\"");
    assertThat(json("{'apiVersion':'example.com/v2'," + rest).strictErrors())
        .containsExactly("unknown field \"spec.a\"");
    assertThat(json("{'apiVersion':'example.com/v3'," + rest).strictErrors())
        .containsExactly("unknown field \"spec\"");
  }

  @Test
  void anotherKindIsLeftAsItCame() {
    ObjectCodec.Decoded decoded = json("{'apiVersion':'example.org/v1','kind':'X','spec':{'c':1}}");

    assertThat(decoded.strictErrors()).isEmpty();
    assertThat(decoded.object().objectOrEmpty("spec").integer("c")).isEqualTo(1);
    assertThat(json("{'kind':'Widget'}").object().has("apiVersion")).isFalse();
  }

  @Test
  void whatHasNoSensibleVersionIsNotRecognized() {
    assertThatThrownBy(() -> json("{'apiVersion':'a/b/c','kind':'Widget'}"))
        .hasMessageStartingWith("the object provided is unrecognized (must be of type Widget): ")
        .hasMessageContaining("a/b/c");
    assertThatThrownBy(
            () -> json("{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'labels':1}}"))
        .hasMessageStartingWith("Widget in version \"v1\" cannot be handled as a Widget: json:");
  }

  private ObjectCodec.Decoded json(String body) {
    return decode(body.replace('\'', '"'), ObjectCodec.Format.JSON);
  }

  private ObjectCodec.Decoded decode(String body, ObjectCodec.Format format) {
    return codec.decode(body.getBytes(UTF_8), format, v1, List.of(v1, v2));
  }

  private static ServedVersion version(String version, String field) {
    String schema =
        "{\"type\": \"object\", \"properties\": {\"spec\": {\"type\": \"object\", \"properties\":"
            + " {\"%s\": {\"type\": \"string\"}}}}}";
    try {
      return OptionKinds.of(
          new GroupVersionKind("example.com", version, "Widget"),
          StructuralSchemas.root(
              Json.parseObject(schema.formatted(field)),
              BuiltInSchemas.get().type("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")));
    } catch (JsonSyntaxException problem) {
      throw new IllegalArgumentException(problem);
    }
  }
}
