package dev.javernetes.api.codec.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Parser;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.api.schema.Schema;
import io.kubernetes.client.proto.Runtime.Unknown;
import io.kubernetes.client.proto.V1;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProtobufCodecTest {
  private static final BuiltInSchemas SCHEMAS = BuiltInSchemas.get();
  private static final ProtobufCodec CODEC = new ProtobufCodec(SCHEMAS, SCHEMAS::schemaOf);

  private static final List<String> OUTER =
      List.of(
          "V1",
          "Meta",
          "V1Admission",
          "V1Admissionregistration",
          "V1Apiextensions",
          "V1Apps",
          "V1Authentication",
          "V1Authorization",
          "V1Autoscaling",
          "V1Batch",
          "V1Certificates",
          "V1Coordination",
          "V1Discovery",
          "V1Events",
          "V1Flowcontrol",
          "V1Networking",
          "V1Node",
          "V1Policy",
          "V1Rbac",
          "V1Resource",
          "V1Scheduling",
          "V1Storage",
          "V2Apidiscovery",
          "V2Autoscaling");

  // the artifact's classes complain about their own age, once each
  private static final Logger GENERATED = Logger.getLogger("com.google.protobuf.GeneratedMessage");

  static {
    GENERATED.setLevel(Level.OFF);
  }

  static Stream<Map.Entry<GroupVersionKind, String>> kinds() {
    return SCHEMAS.kinds().entrySet().stream()
        .filter(kind -> !kind.getKey().group().equals("apiregistration.k8s.io"));
  }

  /** What we write, the Java client's classes understand entirely, and the other way round. */
  @ParameterizedTest
  @MethodSource("kinds")
  void speaksAsTheGeneratedClassesDo(Map.Entry<GroupVersionKind, String> kind) throws Exception {
    Schema schema = SCHEMAS.type(kind.getValue());
    Parser<? extends Message> parser = parser(kind.getValue());
    for (long seed = 0; seed < 12; seed++) {
      JsonObject object = new RandomObjects(seed).object(schema, 0);
      Message message = parser.parseFrom(CODEC.encodeMessage(object, schema));
      assertThat(unknownFields(message)).isEmpty();
      assertThat(CODEC.decodeMessage(message.toByteArray(), schema)).isEqualTo(object);
    }
  }

  @Test
  void putsKindAndMessageInAnEnvelope() throws Exception {
    JsonObject pod = pod();
    byte[] bytes = CODEC.encode(pod);
    assertThat(ProtobufCodec.isProtobuf(bytes)).isTrue();
    Unknown unknown = Unknown.parseFrom(Arrays.copyOfRange(bytes, 4, bytes.length));
    assertThat(unknown.getTypeMeta().getApiVersion()).isEqualTo("v1");
    assertThat(unknown.getTypeMeta().getKind()).isEqualTo("Pod");
    V1.Pod message = V1.Pod.parseFrom(unknown.getRaw());
    assertThat(message.getSpec().getContainers(0).getImage()).isEqualTo("nginx");
    assertThat(message.getSpec().getVolumes(0).getVolumeSource().hasEmptyDir()).isTrue();
    assertThat(CODEC.decode(bytes).object()).isEqualTo(pod);
  }

  @Test
  void zerosCountOnlyBehindPointers() throws Exception {
    V1.Pod pod =
        V1.Pod.newBuilder()
            .setSpec(
                V1.PodSpec.newBuilder()
                    .setTerminationGracePeriodSeconds(0)
                    .setHostNetwork(false)
                    .setNodeName("")
                    .addContainers(V1.Container.newBuilder().setName("")))
            .build();
    JsonObject tree =
        CODEC.decodeMessage(pod.toByteArray(), SCHEMAS.type("io.k8s.api.core.v1.Pod"));
    assertThat(tree)
        .isEqualTo(
            Json.parseObject(
                "{\"spec\":{\"containers\":[{\"name\":\"\"}],\"terminationGracePeriodSeconds\":0}}"));
  }

  @Test
  void aTruncatedObjectIsAnErrorUnlessItEndsBetweenTwoFields() {
    byte[] bytes = CODEC.encode(pod());
    int objects = 0;
    for (int length = 0; length < bytes.length; length++) {
      try {
        CODEC.decode(Arrays.copyOf(bytes, length));
        objects++;
      } catch (ProtobufSyntaxException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
    assertThat(objects).isEqualTo(3); // after kind, after the message, after the content's encoding
  }

  @Test
  void damagedBytesAreAnErrorOrAnObjectButNeverACrash() {
    byte[] bytes = CODEC.encode(pod());
    for (int i = 4; i < bytes.length; i++) {
      for (int value : new int[] {0, 0x7f, 0x80, 0xff}) {
        byte[] damaged = bytes.clone();
        damaged[i] = (byte) value;
        try {
          CODEC.decode(damaged);
        } catch (ProtobufSyntaxException expected) {
          assertThat(expected.getMessage()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void aListInPartsIsTheWholeList() throws Exception {
    JsonObject metadata = JsonObject.of("resourceVersion", "7", "continue", "next");
    List<JsonObject> pods =
        List.of(
            JsonObject.of("metadata", JsonObject.of("name", "a")),
            JsonObject.of("metadata", JsonObject.of("name", "b".repeat(300))));
    Schema pod = SCHEMAS.type("io.k8s.api.core.v1.Pod");
    Schema listMeta = SCHEMAS.type("io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta");
    JsonObject whole =
        JsonObject.of(
            "kind",
            "PodList",
            "apiVersion",
            "v1",
            "metadata",
            metadata,
            "items",
            new ArrayList<Object>(pods));
    List<byte[]> parts =
        ProtobufCodec.list(
            new GroupVersionKind("", "v1", "PodList"),
            CODEC.encodeMessage(metadata, listMeta),
            pods.stream().map(one -> CODEC.encodeMessage(one, pod)).toList());
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    parts.forEach(joined::writeBytes);
    assertThat(joined.toByteArray()).isEqualTo(CODEC.encode(whole));
  }

  @Test
  void framesWatchEvents() throws Exception {
    byte[] frame = ProtobufCodec.watchFrame("MODIFIED", CODEC.encode(pod()));
    assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(frame.length - 4);
    ProtobufCodec.Event event = CODEC.decodeEvent(Arrays.copyOfRange(frame, 4, frame.length));
    assertThat(event.type()).isEqualTo("MODIFIED");
    assertThat(event.object()).isEqualTo(pod());
  }

  @Test
  void refusesWhatHasNoProtobufForm() {
    assertThatThrownBy(() -> CODEC.encode(JsonObject.of("apiVersion", "x.io/v1", "kind", "Foo")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CODEC.decode("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isInstanceOf(ProtobufSyntaxException.class);
  }

  private static JsonObject pod() {
    try {
      return Json.parseObject(
          """
          {"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","labels":{"a":"b"},
             "creationTimestamp":"2026-01-02T03:04:05Z",
             "managedFields":[{"manager":"m","fieldsV1":{"f:spec":{}}}]},
           "spec":{"volumes":[{"name":"t","emptyDir":{"sizeLimit":"1Gi"}}],
             "containers":[{"name":"c","image":"nginx","resources":{},
               "livenessProbe":{"httpGet":{"port":8080}}}]}}
          """);
    } catch (dev.javernetes.api.machinery.json.JsonSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> unknownFields(MessageOrBuilder message) {
    List<String> found = new java.util.ArrayList<>();
    if (!message.getUnknownFields().asMap().isEmpty()) {
      found.add(message.getDescriptorForType().getFullName() + message.getUnknownFields());
    }
    message
        .getAllFields()
        .values()
        .forEach(value -> {
          for (Object element : value instanceof List<?> list ? list : List.of(value)) {
            if (element instanceof MessageOrBuilder inner) {
              found.addAll(unknownFields(inner));
            }
          }
        });
    return found;
  }

  private static Parser<? extends Message> parser(String openApiName) throws Exception {
    String[] words = openApiName.replace('-', '_').split("\\.");
    String suffix = words[words.length - 3] + "." + words[words.length - 2] + ".";
    String simple = words[words.length - 1];
    for (String outer : OUTER) {
      Optional<Class<?>> found =
          Arrays.stream(Class.forName("io.kubernetes.client.proto." + outer).getDeclaredClasses())
              .filter(c -> c.getSimpleName().equals(simple))
              .findFirst();
      if (found.isPresent()) {
        Message prototype = (Message) found.get().getMethod("getDefaultInstance").invoke(null);
        if (prototype.getDescriptorForType().getFullName().endsWith(suffix + simple)) {
          return prototype.getParserForType();
        }
      }
    }
    throw new IllegalStateException("no class for " + openApiName);
  }
}
