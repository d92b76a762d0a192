package dev.javernetes.api.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.cel.cost.Sizes;
import dev.javernetes.api.cel.types.DeclaredType;
import dev.javernetes.api.cel.types.JsonTypedSchema;
import dev.javernetes.api.cel.types.ObjectShapes;
import dev.javernetes.api.cel.types.SchemaTypes;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What rules about values of a schema may cost at most, and which do not fit it. */
class EstimatesTest {
  private static final long ENDLESS = 10_000_000_000_000_000L;

  /**
   * {@code estimates.txt}: schemas, each with lines {@code rule ⇒ cost} or {@code rule ⇒ !! why}.
   */
  @Test
  void estimates() throws IOException, JsonSyntaxException {
    StringBuilder actual = new StringBuilder();
    DeclaredType type = ObjectShapes.dyn();
    Environment environment = Environment.builder().build();
    for (String line : lines()) {
      if (line.startsWith("{\"type\"")) {
        JsonTypedSchema schema =
            new JsonTypedSchema(Json.parseObject(line.getBytes(StandardCharsets.UTF_8)));
        type = Objects.requireNonNull(SchemaTypes.of(schema, true)).named("selfType");
        environment =
            Environment.builder().variable("self", type).variable("oldSelf", type).build();
        actual.append(line);
      } else {
        String rule = line.substring(0, line.indexOf("⇒")).strip();
        actual.append(rule).append(" ⇒ ").append(estimate(environment, rule, type));
      }
      actual.append('\n');
    }
    assertThat(actual.toString()).isEqualTo(String.join("\n", lines()) + "\n");
  }

  private static String estimate(Environment environment, String rule, DeclaredType type) {
    Compiled compiled;
    try {
      compiled = environment.compile(rule);
    } catch (CompileException bad) {
      return "!! " + bad.issues().lines().findFirst().orElse("").replaceFirst("^ERROR: [^ ]* ", "");
    }
    long cost = compiled.maxCost(Sizes.within(type));
    return (cost > ENDLESS ? "∞" : Long.toString(cost))
        + (compiled.uses("oldSelf") ? " oldSelf" : "");
  }

  private static List<String> lines() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(EstimatesTest.class.getResourceAsStream("estimates.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
