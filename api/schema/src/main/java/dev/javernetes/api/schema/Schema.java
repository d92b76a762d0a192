package dev.javernetes.api.schema;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a JSON value: a node of a structural schema.
 *
 * <p>A field whose type is a named one ({@code io.k8s.api.core.v1.PodSpec}) is a schema of its own
 * with the field's description, default and merge rules, and a {@link #reference}; what the value
 * looks like inside (its type, properties, items …) is answered by the type it refers to. So a walk
 * never has to care:
 *
 * <pre>{@code
 * Schema pod = catalog.type("io.k8s.api.core.v1.Pod");
 * Schema containers = pod.property("spec").property("containers");
 * containers.listType();        // MAP
 * containers.listMapKeys();     // [name]
 * containers.items().property("image").type();   // STRING
 * }</pre>
 *
 * <p>References are resolved when first asked for, since types refer to each other in circles
 * (JSONSchemaProps to itself).
 */
public final class Schema {

  /**
   * JSON types; {@link #ANY} is a value of any type (RawExtension's content, {@code
   * x-kubernetes-preserve-unknown-fields} without type).
   */
  public enum Type {
    OBJECT,
    ARRAY,
    STRING,
    INTEGER,
    NUMBER,
    BOOLEAN,
    ANY
  }

  /** {@code x-kubernetes-list-type}. */
  public enum ListType {
    ATOMIC,
    SET,
    MAP
  }

  /** {@code x-kubernetes-map-type}. */
  public enum MapType {
    GRANULAR,
    ATOMIC
  }

  /** {@code x-kubernetes-patch-strategy}; a field may have several. */
  public enum PatchStrategy {
    MERGE,
    REPLACE,
    RETAIN_KEYS
  }

  /** How the value stands in protobuf, where JSON's type does not say it. */
  public enum WireType {
    /** A message of the named type, or a scalar as {@link #type} and {@link #format} say. */
    NATURAL,
    /** {@code resource.Quantity}: a message with one string, a bare string in JSON. */
    QUANTITY,
    /** {@code intstr.IntOrString}: type, int value, string value. */
    INT_OR_STRING,
    /** {@code meta.v1.Time}: seconds and nanos, RFC 3339 in JSON. */
    TIME,
    /** {@code meta.v1.MicroTime}. */
    MICRO_TIME,
    /** {@code meta.v1.Duration}: nanoseconds, Go's duration text in JSON. */
    DURATION,
    /**
     * {@code runtime.RawExtension}, {@code apiextensions.JSON}, {@code meta.v1.FieldsV1}: a message
     * with the JSON as bytes.
     */
    RAW_JSON,
    /** A message that is a bare JSON array (Verbs, ExtraValue): one repeated field 1. */
    LIST_MESSAGE,
    /** A union written bare in JSON (JSONSchemaPropsOrBool, …OrArray, …OrStringArray). */
    SCHEMA_UNION
  }

  /** Of {@code additionalProperties: true}: any value, nothing is said of it. */
  public static final Schema UNSPECIFIED = builder().preserveUnknownFields(true).build();

  private final SchemaBuilder made;
  private final @Nullable Supplier<Schema> target;
  private volatile @Nullable Schema resolved;

  Schema(SchemaBuilder made, @Nullable Supplier<Schema> target) {
    this.made = made;
    this.target = target;
  }

  public static SchemaBuilder builder() {
    return new SchemaBuilder();
  }

  /** A builder that makes the same schema. */
  public SchemaBuilder toBuilder() {
    return new SchemaBuilder(made);
  }

  // what a field says of itself

  /** The name of the type this refers to, or {@code null} for a schema written in place. */
  public @Nullable String reference() {
    return made.reference;
  }

  public String description() {
    return made.description.get();
  }

  /** The default, a JSON value; {@code null} if there is none. */
  public @Nullable Object defaultValue() {
    return made.defaultValue;
  }

  /** The protobuf field number within the parent message; 0 for none. */
  public int protoNumber() {
    return made.protoNumber;
  }

  /**
   * The field numbers of the embedded messages that hold the field in protobuf, outer first; empty
   * for most. {@code Volume.hostPath} has [2]: JSON writes {@code VolumeSource} in place.
   */
  public List<Integer> protoParents() {
    return made.protoParents;
  }

  /**
   * Whether Go holds the value itself and not a pointer: then an absent scalar is the same as its
   * zero, and an object is there even if empty.
   */
  public boolean byValue() {
    return made.byValue;
  }

  /**
   * Go's zero, where Go holds the field by value and writes it even if empty: OpenAPI v3 shows it
   * as the default ({@code ""}, {@code 0}, {@code false}, {@code {}}); {@code null} for other
   * fields.
   */
  public @Nullable Object zeroDefault() {
    if (!made.byValue) {
      return null;
    }
    if (made.reference != null) {
      return switch (wireType()) {
        case NATURAL -> new JsonObject();
        case QUANTITY,
            INT_OR_STRING,
            TIME,
            MICRO_TIME,
            DURATION,
            RAW_JSON,
            LIST_MESSAGE,
            SCHEMA_UNION ->
            null;
      };
    }
    if (made.omitEmpty) {
      return null;
    }
    return switch (made.type) {
      case STRING -> made.format.isEmpty() ? "" : null;
      case INTEGER, NUMBER -> 0L;
      case BOOLEAN -> false;
      case OBJECT, ARRAY, ANY -> null;
    };
  }

  /**
   * The values that OpenAPI names for a built-in field; information only, validation is the
   * strategy's.
   */
  public List<String> enumeration() {
    return made.enumeration;
  }

  /** Whether Go leaves the field out when it holds the zero value ({@code omitempty}). */
  public boolean omitEmpty() {
    return made.omitEmpty;
  }

  public Set<PatchStrategy> patchStrategies() {
    return made.patchStrategies;
  }

  /** {@code x-kubernetes-patch-merge-key}; {@code null} for none. */
  public @Nullable String patchMergeKey() {
    return made.patchMergeKey;
  }

  public boolean nullable() {
    return made.nullable;
  }

  // what the value looks like: answered by the referred-to type; a field's own word goes first

  public Type type() {
    return made.reference == null ? made.type : resolve().type();
  }

  /**
   * {@code int32}, {@code int64}, {@code double}, {@code byte}, {@code date-time}, {@code
   * int-or-string}; empty for none.
   */
  public String format() {
    return made.reference == null ? made.format : resolve().format();
  }

  public WireType wireType() {
    return made.reference == null ? made.wireType : resolve().wireType();
  }

  public Map<String, Schema> properties() {
    return made.reference == null ? made.properties : resolve().properties();
  }

  public @Nullable Schema property(String name) {
    return properties().get(name);
  }

  /** The schema of an array's elements. */
  public @Nullable Schema items() {
    return made.reference == null ? made.items : resolve().items();
  }

  /** The schema of a map's values; {@code null} if the object is not a map. */
  public @Nullable Schema additionalProperties() {
    return made.reference == null ? made.additionalProperties : resolve().additionalProperties();
  }

  /** Whether {@code additionalProperties} is false. */
  public boolean closed() {
    return made.reference == null ? made.closed : resolve().closed();
  }

  public boolean isUnspecified() {
    return this == UNSPECIFIED;
  }

  public Set<String> required() {
    return made.reference == null ? made.required : resolve().required();
  }

  public @Nullable ListType listType() {
    return made.listType != null || made.reference == null ? made.listType : resolve().listType();
  }

  public List<String> listMapKeys() {
    return !made.listMapKeys.isEmpty() || made.reference == null
        ? made.listMapKeys
        : resolve().listMapKeys();
  }

  public @Nullable MapType mapType() {
    return made.mapType != null || made.reference == null ? made.mapType : resolve().mapType();
  }

  public boolean preserveUnknownFields() {
    return made.reference == null ? made.preserveUnknownFields : resolve().preserveUnknownFields();
  }

  public boolean embeddedResource() {
    return made.reference == null ? made.embeddedResource : resolve().embeddedResource();
  }

  public boolean intOrString() {
    return made.reference == null ? made.intOrString : resolve().intOrString();
  }

  /** What a value must satisfy beyond its type; only custom resources use it. */
  public Constraints constraints() {
    return made.reference == null ? made.constraints : resolve().constraints();
  }

  public boolean isMap() {
    return type() == Type.OBJECT && additionalProperties() != null;
  }

  /** The schema that holds the properties: this one, or the named type it refers to. */
  public Schema resolve() {
    if (target == null) {
      return this;
    }
    Schema known = resolved;
    if (known == null) {
      known = target.get().resolve();
      resolved = known;
    }
    return known;
  }
}
