package dev.javernetes.api.generator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the sources of client-java-api say of a type: the JSON names of its members, those that
 * OpenAPI requires, and the Java type and description of each; and which paths the API serves.
 */
final class OpenApiFacts {
  private static final String MODELS = "io/kubernetes/client/openapi/models/";
  private static final Pattern MEMBER =
      Pattern.compile(
          "@SerializedName\\((SERIALIZED_NAME_[\\w$]+)\\)\\s+@jakarta\\.annotation\\.\\w+\\s+private"
              + " ([\\w<>\\[\\], ]+) [\\w$]+(?: = [^;]+)?;");
  private static final Pattern CONSTANT =
      Pattern.compile("String (SERIALIZED_NAME_[\\w$]+) = \"([^\"]+)\";");
  private static final Pattern DESCRIBED =
      Pattern.compile(
          "@ApiModelProperty\\((required = true, )?value = \"((?:[^\"\\\\]++|\\\\.)*+)\"\\)\\s+public"
              + " [\\w<>\\[\\], ]+ (?:get|is)([\\w$]+)\\(\\)");
  private static final Pattern REQUIRED =
      Pattern.compile(
          "openapiRequiredFields = new HashSet<String>\\(Arrays\\.asList\\(([^)]*)\\)\\)");
  private static final Pattern MODEL =
      Pattern.compile("@ApiModel\\(description = \"((?:[^\"\\\\]++|\\\\.)*+)\"\\)");
  private static final Pattern PATH = Pattern.compile("localVarPath = \"([^\"]+)\"");

  /** One member, in the source's (alphabetic) order. */
  record Member(String javaType, boolean required, String description) {}

  record Model(String description, Map<String, Member> members) {
    Set<String> names() {
      return members.keySet();
    }
  }

  private final ClassLoader artifacts;
  private final Map<String, Optional<Model>> known = new HashMap<>();
  private final Set<String> paths = new TreeSet<>();

  OpenApiFacts(ClassLoader artifacts) {
    this.artifacts = artifacts;
  }

  /** The model of group ({@code "apps"}), version and type name; empty if OpenAPI has none. */
  Optional<Model> model(String group, String version, String type) throws IOException {
    String prefixed = capital(group) + capital(version) + type;
    Optional<Model> found = named(prefixed);
    return found.isPresent() ? found : named(capital(version) + type);
  }

  Optional<Model> named(String className) throws IOException {
    Optional<Model> before = known.get(className);
    if (before != null) {
      return before;
    }
    Optional<Model> found = read(className);
    known.put(className, found);
    return found;
  }

  /** Whether {@code /apis/apps/v1/deployments} is served, at all or inside a namespace. */
  boolean servesPath(String path) {
    return paths.contains(path);
  }

  void readPaths(String apiClass) throws IOException {
    String source = text("io/kubernetes/client/openapi/apis/" + apiClass + ".java");
    Matcher path = PATH.matcher(source);
    while (path.find()) {
      paths.add(path.group(1));
    }
  }

  private Optional<Model> read(String className) throws IOException {
    String source = text(MODELS + className + ".java");
    if (source.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> constants = new HashMap<>();
    Matcher constant = CONSTANT.matcher(source);
    while (constant.find()) {
      constants.put(constant.group(1), constant.group(2));
    }
    Set<String> required = requiredOf(source);
    Map<String, String> descriptions = new HashMap<>();
    Matcher described = DESCRIBED.matcher(source);
    while (described.find()) {
      descriptions.put(Names.bare(described.group(3)), unquote(described.group(2)));
    }
    Map<String, Member> members = new LinkedHashMap<>();
    Matcher member = MEMBER.matcher(source);
    while (member.find()) {
      String name = constants.get(member.group(1));
      if (name == null) {
        throw new IOException(className + ": no name for " + member.group(1));
      }
      members.put(
          name,
          new Member(
              member.group(2),
              required.contains(name),
              descriptions.getOrDefault(Names.bare(name), "")));
    }
    Matcher model = MODEL.matcher(source);
    String description = model.find() ? unquote(model.group(1)) : "";
    return Optional.of(new Model(description, members));
  }

  private static Set<String> requiredOf(String source) {
    Set<String> required = new LinkedHashSet<>();
    Matcher list = REQUIRED.matcher(source);
    if (list.find()) {
      for (String quoted : list.group(1).split(",")) {
        required.add(quoted.strip().replace("\"", ""));
      }
    }
    return required;
  }

  /** A Java literal's content; the bean's generator wrote {@code *_/} for the end of a comment. */
  private static String unquote(String literal) {
    return literal.translateEscapes().replace("*_/", "*/").replace("/_*", "/*");
  }

  private String text(String resource) throws IOException {
    try (InputStream in = artifacts.getResourceAsStream(resource)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String capital(String word) {
    return word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
