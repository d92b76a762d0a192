package dev.javernetes.api.schema;

/**
 * The layout of the generated schema file; its writer runs at build time, its reader at run time.
 *
 * <pre>
 * file    VERSION, texts (count, each as length and UTF-8), types (count, each as name, API group + 1 or 0 for no kind, and length of its node), nodes
 * node    shape, bits, protobuf field number, one entry per bit that has content in the order of the bits, then the shape's content
 * </pre>
 *
 * Numbers are LEB128; names are indices of texts. Descriptions, which only OpenAPI wants, are
 * places (offset, length) in a second file.
 */
public final class SchemaFile {
  public static final int VERSION = 2;

  /** The folder of both files on the class path. */
  public static final String FOLDER = "dev/javernetes/api/model";

  public static final String SCHEMAS = "built-in.schemas";
  public static final String DESCRIPTIONS = "built-in.descriptions";

  // shapes, with their content
  /** Type, format. */
  public static final int SCALAR = 0;

  /** Name of the type. */
  public static final int REFERENCE = 1;

  /** Node of the elements. */
  public static final int LIST = 2;

  /** Node of the values. */
  public static final int MAP = 3;

  /** Count of properties, each as name and node. */
  public static final int OBJECT = 4;

  /** Nothing: a list of strings that is a message in protobuf. */
  public static final int STRINGS_MESSAGE = 5;

  // bits, those with content first
  /** Offset, length. */
  public static final int DESCRIPTION = 1;

  /** JSON text. */
  public static final int DEFAULT = 1 << 1;

  public static final int LIST_TYPE = 1 << 2;

  /** Count, texts. */
  public static final int LIST_MAP_KEYS = 1 << 3;

  /** A set of bits: 1 merge, 2 replace, 4 retainKeys. */
  public static final int PATCH_STRATEGY = 1 << 4;

  public static final int MERGE_KEY = 1 << 5;

  /** Count, field numbers. */
  public static final int PROTO_PARENTS = 1 << 6;

  /** Count, texts. */
  public static final int ENUMERATION = 1 << 7;

  public static final int WIRE_TYPE = 1 << 8;

  // bits without content
  public static final int ATOMIC_MAP = 1 << 9;
  public static final int GRANULAR_MAP = 1 << 10;
  public static final int NULLABLE = 1 << 11;

  /** The parent requires the property. */
  public static final int REQUIRED = 1 << 12;

  public static final int OMIT_EMPTY = 1 << 13;
  public static final int BY_VALUE = 1 << 14;

  /** The type carries {@code kind} and {@code apiVersion}. */
  public static final int KIND = 1 << 15;

  private SchemaFile() {}
}
