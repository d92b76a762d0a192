package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A struct as upstream's messages show it: its internal Go type has no JSON names, so every field
 * is there under its Go name, zero or not.
 *
 * <pre>{@code
 * storage.CSINodeDriver of {"name":"d","nodeID":"2"}
 *   is shown as {"Name":"d","NodeID":"2","TopologyKeys":null,"Allocatable":null}
 * }</pre>
 *
 * The types are listed in {@code internal-types.txt} beside this class: no published artifact has
 * them.
 */
public final class InternalForm {

  /** {@code zero} as in the file: what stands there when nothing is given. */
  private record Field(String goName, String member, char zero, @Nullable String type) {}

  private static final Map<String, List<Field>> TYPES = read();

  private InternalForm() {}

  /** An object of the type, or each of a list of them; anything else stays as it is. */
  public static @Nullable Object of(String type, @Nullable Object value) {
    return switch (value) {
      case JsonObject object -> struct(type, object);
      case List<?> list -> {
        List<@Nullable Object> shown = new ArrayList<>(list.size());
        list.forEach(element -> shown.add(of(type, element)));
        yield shown;
      }
      case null, default -> value;
    };
  }

  private static JsonObject struct(String type, JsonObject object) {
    List<Field> fields = TYPES.get(type);
    if (fields == null) {
      throw new IllegalArgumentException("internal-types.txt has no " + type);
    }
    JsonObject shown = new JsonObject();
    for (Field field : fields) {
      if (field.goName.equals("~meta")) {
        object
            .objectOrEmpty("metadata")
            .forEach((name, value) -> {
              if (value != null) {
                shown.put(name, value);
              }
            });
      } else if (type.equals("core.PodSpec") && field.goName.equals("SecurityContext")) {
        shown.put(field.goName, podSecurity(object));
      } else {
        shown.put(field.goName, value(field, object.get(field.member)));
      }
    }
    return shown;
  }

  private static @Nullable Object value(Field field, @Nullable Object given) {
    String type = field.type;
    if (given == null) {
      return switch (field.zero) {
        case 's' -> "";
        case 'i' -> 0L;
        case 'b' -> Boolean.FALSE;
        case 'q' -> "0";
        case 'd' -> "0s";
        case 'o' -> type == null ? new JsonObject() : struct(type, new JsonObject());
        default -> null;
      };
    }
    if (type == null) {
      return given;
    }
    if (field.zero == 'm' && given instanceof JsonObject map) {
      JsonObject shown = new JsonObject();
      map.forEach((name, element) -> shown.put(name, of(type, element)));
      return shown;
    }
    return of(type, given);
  }

  /** Internally the host's namespaces are part of the security context, which is always there. */
  private static Object podSecurity(JsonObject spec) {
    JsonObject context = new JsonObject(spec.objectOrEmpty("securityContext"));
    for (String name :
        List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")) {
      if (spec.has(name)) {
        context.put(name, spec.get(name));
      }
    }
    return struct("core.PodSecurityContext", context);
  }

  private static Map<String, List<Field>> read() {
    try (InputStream file = InternalForm.class.getResourceAsStream("internal-types.txt")) {
      if (file == null) {
        throw new IllegalStateException("internal-types.txt is missing from the class path");
      }
      Map<String, List<Field>> types = new HashMap<>();
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ");
          List<Field> fields = new ArrayList<>(words.length);
          for (int i = 1; i < words.length; i++) {
            fields.add(field(words[i]));
          }
          types.put(words[0], fields);
        }
      }
      return types;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** {@code FSType/fsType=s} or {@code Allocatable=n:storage.VolumeNodeResources}. */
  private static Field field(String word) {
    int equals = word.indexOf('=');
    if (equals < 0) {
      return new Field(word, "", 'n', null);
    }
    int slash = word.indexOf('/');
    String goName = word.substring(0, slash < 0 ? equals : slash);
    String member =
        slash < 0
            ? goName.substring(0, 1).toLowerCase(Locale.ROOT) + goName.substring(1)
            : word.substring(slash + 1, equals);
    int colon = word.indexOf(':', equals);
    return new Field(
        goName, member, word.charAt(equals + 1), colon < 0 ? null : word.substring(colon + 1));
  }
}
