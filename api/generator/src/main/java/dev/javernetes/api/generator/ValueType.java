package dev.javernetes.api.generator;

/** What a field holds, seen from JSON. */
sealed interface ValueType {

  /** A JSON scalar; bytes stand in base64. */
  enum Scalar implements ValueType {
    STRING("string", ""),
    INT32("integer", "int32"),
    INT64("integer", "int64"),
    DOUBLE("number", "double"),
    BOOL("boolean", ""),
    BYTES("string", "byte");

    final String jsonType;
    final String format;

    Scalar(String jsonType, String format) {
      this.jsonType = jsonType;
      this.format = format;
    }
  }

  /** A named message, by its protobuf name without the leading dot. */
  record Named(String protoName) implements ValueType {}

  record ListOf(ValueType element) implements ValueType {}

  /** Keys are always strings. */
  record MapOf(ValueType value) implements ValueType {}

  /** A message that JSON writes as a bare array of strings (ExtraValue, Verbs). */
  record StringsMessage() implements ValueType {}
}
