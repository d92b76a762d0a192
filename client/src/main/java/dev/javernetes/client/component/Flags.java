package dev.javernetes.client.component;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A component's settings by upstream's flag names: a table of what there is with defaults, and what
 * a command line says instead. A flag that is not in the table is refused.
 *
 * <pre>{@code
 * Flags flags = Flags.of("leader-elect", "true", "cluster-cidr", "");
 * flags.parse(List.of("--leader-elect=false", "--cluster-cidr", "10.244.0.0/16")).on("leader-elect");
 * }</pre>
 */
public final class Flags {
  private final Map<String, String> values;

  private Flags(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** Names and defaults in turn; a default of true or false makes a flag that needs no value. */
  public static Flags of(String... namesAndDefaults) {
    Map<String, String> table = new LinkedHashMap<>();
    for (int i = 0; i < namesAndDefaults.length; i += 2) {
      table.put(namesAndDefaults[i], namesAndDefaults[i + 1]);
    }
    return new Flags(table);
  }

  /** All flags with their values. */
  public Map<String, String> values() {
    return values;
  }

  /**
   * @throws IllegalArgumentException naming the flag that is unknown or lacks a value
   */
  public Flags parse(List<String> arguments) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--")) {
        throw new IllegalArgumentException("unexpected argument: " + argument);
      }
      int equal = argument.indexOf('=');
      String name = equal < 0 ? argument.substring(2) : argument.substring(2, equal);
      String preset = values.get(name);
      if (preset == null) {
        throw new IllegalArgumentException("unknown flag: --" + name);
      }
      if (equal >= 0) {
        changed.put(name, argument.substring(equal + 1));
      } else if (preset.equals("true") || preset.equals("false")) {
        changed.put(name, "true");
      } else if (i + 1 < arguments.size()) {
        i++;
        changed.put(name, arguments.get(i));
      } else {
        throw new IllegalArgumentException("flag needs an argument: --" + name);
      }
    }
    return new Flags(changed);
  }

  /** The same with one flag set. */
  public Flags with(String flag, String value) {
    if (!values.containsKey(flag)) {
      throw new IllegalArgumentException("unknown flag: --" + flag);
    }
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(flag, value);
    return new Flags(changed);
  }

  public String text(String flag) {
    String value = values.get(flag);
    if (value == null) {
      throw new IllegalArgumentException("unknown flag: --" + flag);
    }
    return value;
  }

  public boolean on(String flag) {
    return switch (text(flag)) {
      case "true", "1", "t", "T", "TRUE", "True" -> true;
      case "false", "0", "f", "F", "FALSE", "False", "" -> false;
      default -> throw invalid(flag, "not true or false");
    };
  }

  public int number(String flag) {
    try {
      return Integer.parseInt(text(flag));
    } catch (NumberFormatException problem) {
      throw invalid(flag, "not a number");
    }
  }

  public double fraction(String flag) {
    try {
      return Double.parseDouble(text(flag));
    } catch (NumberFormatException problem) {
      throw invalid(flag, "not a number");
    }
  }

  public List<String> list(String flag) {
    List<String> parts = new ArrayList<>();
    for (String part : text(flag).split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  /**
   * The content of a file that a flag names.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  public byte[] file(String flag) {
    try {
      return Files.readAllBytes(Path.of(text(flag)));
    } catch (IOException problem) {
      throw invalid(flag, "cannot be read: " + problem);
    }
  }

  /** A duration as Go writes it: {@code 1h30m}, {@code 15s}, {@code 500ms}. */
  public Duration duration(String flag) {
    String text = text(flag);
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Duration sum = Duration.ZERO;
    int position = 0;
    while (position < text.length()) {
      int start = position;
      while (position < text.length()
          && (Character.isDigit(text.charAt(position)) || text.charAt(position) == '.')) {
        position++;
      }
      int unitStart = position;
      while (position < text.length()
          && !Character.isDigit(text.charAt(position))
          && text.charAt(position) != '.') {
        position++;
      }
      double nanos =
          switch (text.substring(unitStart, position)) {
            case "ns" -> 1;
            case "us", "µs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> throw invalid(flag, "not a duration");
          };
      if (start == unitStart) {
        throw invalid(flag, "not a duration");
      }
      sum = sum.plusNanos((long) (Double.parseDouble(text.substring(start, unitStart)) * nanos));
    }
    return sum;
  }

  private IllegalArgumentException invalid(String flag, String why) {
    return new IllegalArgumentException("--" + flag + "=" + text(flag) + ": " + why);
  }
}
