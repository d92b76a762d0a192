package dev.javernetes.apiserver.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strategic merge patch does not pass through JSON upstream but is converted tree to struct, and
 * that converter has words of its own for a value of the wrong type:
 *
 * <pre>
 * json: cannot unmarshal number into Go struct field ConfigMap.data of type string
 *   is  cannot convert int64 to string
 * </pre>
 */
final class FromUnstructured {
  private static final Pattern MISMATCH =
      Pattern.compile("json: cannot unmarshal (\\w+)(?: (\\S+))? into Go .* of type (\\S+.*)");

  private FromUnstructured() {}

  static String words(String jsonComplaint) {
    Matcher mismatch = MISMATCH.matcher(jsonComplaint);
    if (!mismatch.matches()) {
      return jsonComplaint;
    }
    String number = mismatch.group(2);
    String type = mismatch.group(3);
    boolean fraction = number != null && number.matches(".*[.eE].*");
    String given =
        switch (mismatch.group(1)) {
          case "object" -> "map";
          case "array" -> "slice";
          case "number" -> fraction ? "float64" : "int64";
          default -> mismatch.group(1);
        };
    return switch (type) {
      case "string" ->
          given.equals("int64") ? "cannot convert int64 to string" : "unrecognized type: string";
      case "bool", "int32", "int64", "float64" ->
          given.equals("int64") || given.equals("float64")
              ? type.equals("bool")
                  ? "unrecognized type: bool"
                  : "cannot convert " + given + " to " + type
              : "unrecognized type: " + type;
      default ->
          type.startsWith("[]")
              ? "cannot restore slice from " + given
              : type.startsWith("map[")
                  ? "cannot restore map from " + given
                  : "cannot restore struct from: " + given;
    };
  }
}
