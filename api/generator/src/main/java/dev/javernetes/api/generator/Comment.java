package dev.javernetes.api.generator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A comment of the API's source, split into prose and markers.
 *
 * <pre>
 * Ports the container listens on.        description: "Ports the container listens on."
 * +listType=map                          markers: {listType: [map], listMapKey: [containerPort, protocol]}
 * +listMapKey=containerPort
 * +listMapKey=protocol
 * </pre>
 */
record Comment(String description, Map<String, List<String>> markers) {
  static final Comment NONE = new Comment("", Map.of());

  static Comment parse(List<String> lines) {
    return new Comment(describe(lines), markersOf(lines));
  }

  /** The first value of a marker, {@code ""} for none. */
  String marker(String name) {
    List<String> values = markers.get(name);
    return values == null ? "" : values.getFirst();
  }

  List<String> markers(String name) {
    return markers.getOrDefault(name, List.of());
  }

  boolean has(String name) {
    return markers.containsKey(name);
  }

  private static Map<String, List<String>> markersOf(List<String> lines) {
    Map<String, List<String>> markers = new LinkedHashMap<>();
    for (String line : lines) {
      String text = line.strip();
      if (text.startsWith("+")) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text.substring(1) : text.substring(1, equals);
        String value = equals < 0 ? "" : text.substring(equals + 1);
        markers.computeIfAbsent(name.strip(), ignored -> new ArrayList<>()).add(value.strip());
      }
    }
    return markers;
  }

  /**
   * Prose as OpenAPI shows it: lines of a paragraph joined, indented lines kept apart, markers and
   * TODOs left out, everything after {@code ---} private.
   */
  private static String describe(List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String raw : lines) {
      int end = raw.indexOf("---");
      String line = (end < 0 ? raw : raw.substring(0, end)).replaceAll(" +$", "");
      String bare = line.replaceAll("^ +", "");
      if (line.isEmpty()) {
        dropLast(text);
        text.append("\n\n");
      } else if (!bare.startsWith("TODO") && !bare.startsWith("+")) {
        if (line.startsWith(" ") || line.startsWith("\t")) {
          dropLast(text);
          text.append('\n').append(line).append('\n');
        } else {
          text.append(line).append(' ');
        }
      }
      if (end >= 0) {
        break;
      }
    }
    return text.toString().replaceAll("\n+$", "").replace("\\\"", "\"").replaceAll("^ +| +$", "");
  }

  /**
   * The same comment with the paragraphs of OpenAPI's text, which writes an empty line as two
   * spaces; protoc drops empty lines. Where the words differ, OpenAPI's are those of the release.
   */
  Comment withParagraphsOf(String openApi) {
    return withParagraphsOf(openApi, true);
  }

  /**
   * As above.
   *
   * @param trusted whether other words of OpenAPI are to be taken
   */
  Comment withParagraphsOf(String openApi, boolean trusted) {
    if (openApi.isBlank() || description.isBlank()) {
      return openApi.isBlank() || !trusted ? this : new Comment(openApi.strip(), markers);
    }
    List<String> own = Arrays.asList(description.split("(?<=\\S)(?=\\s)|(?<=\\s)(?=\\S)"));
    List<String> theirs = Arrays.asList(openApi.strip().split("(?<=\\S)(?=\\s)|(?<=\\s)(?=\\S)"));
    boolean sameWords = own.size() == theirs.size();
    for (int i = 0; sameWords && i < own.size(); i++) {
      sameWords =
          own.get(i).isBlank() == theirs.get(i).isBlank()
              && (own.get(i).isBlank() || own.get(i).equals(theirs.get(i)));
    }
    if (!sameWords && !trusted) {
      return this;
    }
    if (!sameWords) {
      String paragraphs = openApi.strip().replaceAll("(?<=[.:)])  (?=[A-Z\"`*-])", "\n\n");
      return new Comment(paragraphs, markers);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < own.size(); i++) {
      String part = own.get(i);
      boolean emptyLine = part.isBlank() && theirs.get(i).length() > part.length();
      text.append(!emptyLine ? part : part.equals(" ") ? "\n\n" : "\n" + part);
    }
    return new Comment(text.toString(), markers);
  }

  private static void dropLast(StringBuilder text) {
    if (!text.isEmpty()) {
      text.setLength(text.length() - 1);
    }
  }
}
