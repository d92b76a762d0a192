package dev.javernetes.api.generator;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Comments of messages and fields, from the Java source that protoc wrote. Each message has an
 * interface whose getters carry the field's comment and its declaration:
 *
 * <pre>{@code
 * // @@protoc_insertion_point(interface_extends:k8s.io.api.apps.v1.DeploymentSpec)
 * /**
 *  * <pre>
 *  * Number of desired pods.
 *  * </pre>
 *  * <code>optional int32 replicas = 1;</code>
 * }</pre>
 */
final class ProtoComments {
  private static final Pattern INTERFACE = Pattern.compile("interface_extends:([\\w.]+)\\)");
  private static final Pattern FIELD =
      Pattern.compile("<code>.*?\\w+ = (\\d+)(?: \\[.*])?;</code>");
  private static final Pattern MESSAGE = Pattern.compile("Protobuf type \\{@code ([\\w.]+)}");

  private final Map<String, Comment> comments = new HashMap<>();

  Comment ofMessage(String protoName) {
    return comments.getOrDefault(protoName, Comment.NONE);
  }

  Comment ofField(String protoName, int number) {
    return comments.getOrDefault(protoName + "#" + number, Comment.NONE);
  }

  void read(BufferedReader source) throws IOException {
    String message = "";
    List<String> lines = null;
    for (String line = source.readLine(); line != null; line = source.readLine()) {
      String text = line.strip();
      if (text.startsWith("// @@")) {
        Matcher found = INTERFACE.matcher(text);
        if (found.find()) {
          message = found.group(1);
        }
      } else if (text.equals("/**")) {
        lines = new ArrayList<>();
      } else if (text.equals("*/")) {
        keep(message, lines);
        lines = null;
      } else if (lines != null && text.startsWith("*")) {
        lines.add(line.substring(line.indexOf('*') + 1));
      }
    }
  }

  private void keep(String message, @Nullable List<String> lines) {
    if (lines == null || lines.isEmpty()) {
      return;
    }
    String last = lines.getLast();
    Matcher field = FIELD.matcher(last);
    if (field.find()) {
      comments.computeIfAbsent(message + "#" + field.group(1), ignored -> prose(lines));
      return;
    }
    Matcher type = MESSAGE.matcher(last);
    if (type.find()) {
      comments.computeIfAbsent(type.group(1), ignored -> prose(lines));
    }
  }

  private static Comment prose(List<String> lines) {
    int from = lines.indexOf(" <pre>");
    int to = lines.lastIndexOf(" </pre>");
    if (from < 0 || to < from) {
      return Comment.NONE;
    }
    return Comment.parse(
        lines.subList(from + 1, to).stream().map(ProtoComments::unescape).toList());
  }

  /** Takes back what protoc did to make a comment safe inside Javadoc; drops the one space. */
  private static String unescape(String line) {
    String text = line.startsWith(" ") ? line.substring(1) : line;
    return text.replace("&#42;", "*")
        .replace("&#47;", "/")
        .replace("&#64;", "@")
        .replace("&#92;", "\\")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }
}
