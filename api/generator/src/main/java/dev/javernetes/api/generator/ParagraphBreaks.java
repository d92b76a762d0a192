package dev.javernetes.api.generator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Line breaks of descriptions that the artifacts have lost, from {@code paragraph-breaks.txt}. */
final class ParagraphBreaks {

  private record Break(String whitespace, String words) {}

  private final Map<String, List<Break>> breaks = new HashMap<>();

  static ParagraphBreaks read() throws IOException {
    ParagraphBreaks all = new ParagraphBreaks();
    try (InputStream in = ParagraphBreaks.class.getResourceAsStream("paragraph-breaks.txt")) {
      if (in == null) {
        throw new IOException("no paragraph-breaks.txt");
      }
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] parts = line.split(" ", 3);
          String whitespace = parts[1].replace("\\n", "\n").replace("\\t", "\t").replace('_', ' ');
          all.breaks
              .computeIfAbsent(parts[0], ignored -> new ArrayList<>())
              .add(new Break(whitespace, parts.length > 2 ? parts[2].strip() : ""));
        }
      }
    }
    return all;
  }

  /**
   * The comment with its breaks.
   *
   * @param openApiName {@code io.k8s.api.core.v1.PodSpec}, or that and a field
   */
  Comment apply(String openApiName, Comment comment) {
    String name =
        openApiName
            .replaceFirst("^io\\.k8s\\.api\\.", "")
            .replaceFirst(
                "^io\\.k8s\\.(apimachinery|apiextensions-apiserver)\\.pkg\\.(apis|api)\\.", "");
    List<Break> known = breaks.get(name);
    if (known == null) {
      return comment;
    }
    StringBuilder text = new StringBuilder();
    String rest = comment.description();
    for (Break one : known) {
      if (one.words.isEmpty()) {
        rest = rest + one.whitespace;
        continue;
      }
      String words =
          Stream.of(one.words.split(" ")).map(Pattern::quote).collect(Collectors.joining("\\s+"));
      Matcher found = Pattern.compile("\\s+(?=" + words + ")").matcher(rest);
      if (!found.find()) {
        throw new IllegalStateException("paragraph-breaks.txt: " + name + " has no " + one.words);
      }
      text.append(rest, 0, found.start()).append(one.whitespace);
      rest = rest.substring(found.end());
    }
    return new Comment(text + rest, comment.markers());
  }
}
