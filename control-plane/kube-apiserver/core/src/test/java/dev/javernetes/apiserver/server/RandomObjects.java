package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Objects that look right and are seldom valid: of the schema's shape, with values that some field
 * somewhere means something by ({@code 10.0.0.1}, {@code 5Gi}, {@code $(A)}).
 */
final class RandomObjects {
  private static final int DEEPEST = 9;

  private static final List<String> TEXTS =
      List.of(
          "a",
          "b",
          "c",
          "web",
          "",
          "-",
          "A_b.c",
          "a.example.com/b",
          "x/y/z",
          "é☃",
          "\u0000",
          "日".repeat(90),
          "a".repeat(300),
          "1",
          "-1",
          "0",
          "65536",
          "1e400",
          "10.96.0.7",
          "::1",
          "fd00::/64",
          "10.0.0.0/8",
          "300.1.1.1/99",
          "5Gi",
          "-5m",
          "1e3",
          "0.0000001",
          "100%",
          "150%",
          "10m",
          "-1s",
          "2020-01-01T00:00:00Z",
          "0000-00-00",
          "$(A)",
          "$(A",
          "{.a[0]}",
          "{.a[",
          "self.a > 1",
          "self.",
          "object.spec.replicas < 5",
          "[a-z]+",
          "[a-",
          "(?=x)",
          "YQ==",
          "%%%",
          "../..",
          "/",
          "/a//b",
          "*",
          "*.example.com",
          "a=b,c in (d)",
          "0 0 * * *",
          "@every 5x",
          "https://127.0.0.1:1/x",
          "http://",
          "null",
          "true",
          "{}",
          "[",
          "---\n- a: &x",
          "v1",
          "v1beta1",
          "apps/v1",
          "stable.example.com/v1",
          "Pod",
          "pods",
          "kubernetes.io/hostname",
          "default");

  private static final Map<String, List<String>> LIKELY =
      Map.ofEntries(
          Map.entry(
              "type",
              List.of(
                  "ClusterIP",
                  "NodePort",
                  "LoadBalancer",
                  "ExternalName",
                  "RollingUpdate",
                  "Recreate",
                  "Opaque",
                  "kubernetes.io/tls",
                  "Utilization",
                  "object",
                  "array",
                  "string",
                  "integer",
                  "Localhost",
                  "RuntimeDefault",
                  "Container",
                  "Resource",
                  "Pods",
                  "kubernetes.io/dockerconfigjson")),
          Map.entry(
              "operator", List.of("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Equal", "Lt")),
          Map.entry("protocol", List.of("TCP", "UDP", "SCTP", "tcp")),
          Map.entry("restartPolicy", List.of("Always", "Never", "OnFailure")),
          Map.entry("accessModes", List.of("ReadWriteOnce", "ReadOnlyMany")),
          Map.entry("effect", List.of("NoSchedule", "NoExecute", "PreferNoSchedule")),
          Map.entry("ipFamilies", List.of("IPv4", "IPv6")),
          Map.entry(
              "ipFamilyPolicy", List.of("SingleStack", "PreferDualStack", "RequireDualStack")),
          Map.entry("clusterIP", List.of("None", "10.96.0.9", "10.96.255.255", "")),
          Map.entry("clusterIPs", List.of("None", "10.96.0.9", "::1", "")),
          Map.entry("externalTrafficPolicy", List.of("Local", "Cluster")),
          Map.entry("scope", List.of("Namespaced", "Cluster", "*")),
          Map.entry("strategy", List.of("None", "Webhook", "RollingUpdate")),
          Map.entry("name", List.of("a", "b", "c", "A", "a.b", "foos.example.com")),
          Map.entry("image", List.of("nginx", "nginx:1")),
          Map.entry("resourceVersion", List.of("", "0", "1", "99999999", "x")),
          Map.entry("fieldPath", List.of("metadata.name", "status.podIP", "spec.x")),
          Map.entry(
              "kind", List.of("Pod", "Deployment", "ServiceAccount", "User", "ConfigMap", "Role")),
          Map.entry(
              "apiVersion", List.of("v1", "apps/v1", "a/b/c", "rbac.authorization.k8s.io/v1")),
          Map.entry("generateName", List.of("", "a-", "b-")),
          Map.entry("failurePolicy", List.of("Fail", "Ignore")),
          Map.entry("matchPolicy", List.of("Exact", "Equivalent")),
          Map.entry("fieldsType", List.of("FieldsV1", "")));

  private final RandomGenerator random;

  RandomObjects(RandomGenerator random) {
    this.random = random;
  }

  /** An object of {@code schema}: {@code kind} and {@code apiVersion} are the caller's. */
  JsonObject object(Schema schema) {
    JsonObject made = new JsonObject();
    schema
        .properties()
        .forEach((name, field) -> {
          if (!name.equals("metadata")
              && !name.equals("kind")
              && !name.equals("apiVersion")
              && random.nextInt(10) < 8) {
            made.put(name, value(name, field, 1));
          }
        });
    return made;
  }

  JsonObject metadata(String name, @Nullable String namespace, Schema schema) {
    JsonObject metadata = new JsonObject();
    if (random.nextInt(6) == 0) {
      metadata = members("metadata", schema, 2);
    }
    metadata.put("name", name);
    metadata.remove("deletionTimestamp");
    if (namespace != null && random.nextInt(20) > 0) {
      metadata.put("namespace", namespace);
    }
    return metadata;
  }

  /** Any JSON value at all. */
  @Nullable Object anything(int depth) {
    return switch (random.nextInt(depth > 4 ? 6 : 8)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> number();
      case 3 -> random.nextDouble() * 1e30;
      case 4, 5 -> text();
      case 6 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(anything(depth + 1));
        }
        yield list;
      }
      default -> {
        JsonObject object = new JsonObject();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.put(text(), anything(depth + 1));
        }
        yield object;
      }
    };
  }

  String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private long number() {
    long[] numbers = {
      0,
      1,
      2,
      -1,
      3,
      80,
      443,
      30_080,
      65_535,
      65_536,
      100,
      1 << 20,
      Integer.MAX_VALUE,
      Integer.MIN_VALUE,
      Long.MAX_VALUE,
      Long.MIN_VALUE
    };
    return numbers[random.nextInt(3) == 0 ? random.nextInt(numbers.length) : random.nextInt(8)];
  }

  private @Nullable Object value(String name, Schema schema, int depth) {
    if (random.nextInt(300) == 0) {
      return anything(3);
    }
    return random.nextInt(200) == 0 ? null : ofShape(name, schema, depth);
  }

  private @Nullable Object ofShape(String name, Schema schema, int depth) {
    switch (schema.wireType()) {
      case QUANTITY -> {
        return pick("5Gi", "1", "100m", "-1", "0", "1.5", "x", "1e30");
      }
      case INT_OR_STRING -> {
        return random.nextBoolean() ? (Object) number() : pick("80", "50%", "http", "");
      }
      case TIME -> {
        return pick("2020-01-01T00:00:00Z", "2999-12-31T23:59:59Z", "", "x");
      }
      case MICRO_TIME -> {
        return pick("2020-01-01T00:00:00.000001Z", "2020-01-01T00:00:00Z", "x");
      }
      case DURATION -> {
        return pick("10s", "1h", "-5m", "x");
      }
      case RAW_JSON, SCHEMA_UNION -> {
        return random.nextInt(4) == 0 ? anything(3) : new JsonObject();
      }
      case NATURAL, LIST_MESSAGE -> {
        // by its type
      }
    }
    return switch (schema.type()) {
      case OBJECT -> members(name, schema, depth);
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        Schema items = schema.items();
        for (int i = depth > DEEPEST ? 0 : random.nextInt(3); items != null && i > 0; i--) {
          list.add(value(name, items, depth + 1));
        }
        yield list;
      }
      case STRING -> string(name, schema);
      case INTEGER -> number();
      case NUMBER -> random.nextDouble();
      case BOOLEAN -> random.nextBoolean();
      case ANY -> anything(3);
    };
  }

  private JsonObject members(String name, Schema schema, int depth) {
    JsonObject object = new JsonObject();
    if (depth > DEEPEST) {
      return object;
    }
    schema
        .properties()
        .forEach((field, type) -> {
          int odds =
              schema.required().contains(field) || LIKELY.containsKey(field)
                  ? 8
                  : Math.max(1, 5 - depth / 2);
          if (random.nextInt(10) < odds) {
            object.put(field, value(field, type, depth + 1));
          }
        });
    Schema values = schema.additionalProperties();
    for (int i = random.nextInt(3); values != null && i > 0; i--) {
      object.put(
          random.nextInt(3) > 0 ? pick("a", "b", "cpu", "memory") : text(),
          value(name, values, depth + 1));
    }
    return object;
  }

  private String string(String name, Schema schema) {
    List<String> likely =
        schema.enumeration().isEmpty()
            ? LIKELY.getOrDefault(name, List.of())
            : schema.enumeration();
    return likely.isEmpty() || random.nextInt(12) == 0
        ? text()
        : likely.get(random.nextInt(likely.size()));
  }

  String pick(String... texts) {
    return texts[random.nextInt(texts.length)];
  }
}
