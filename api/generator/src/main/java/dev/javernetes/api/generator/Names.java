package dev.javernetes.api.generator;

import java.util.Locale;
import java.util.Set;

/** The four worlds' names for one thing: protobuf, OpenAPI, JSON, Java. */
final class Names {
  /** Words that a record component cannot have, keywords and methods of Object. */
  private static final Set<String> RESERVED =
      Set.of(
          "abstract",
          "assert",
          "boolean",
          "break",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "clone",
          "const",
          "continue",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "final",
          "finalize",
          "finally",
          "float",
          "for",
          "getClass",
          "goto",
          "hashCode",
          "if",
          "implements",
          "import",
          "instanceof",
          "int",
          "interface",
          "long",
          "native",
          "new",
          "notify",
          "notifyAll",
          "package",
          "private",
          "protected",
          "public",
          "return",
          "short",
          "static",
          "strictfp",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "toString",
          "transient",
          "try",
          "void",
          "volatile",
          "wait",
          "while",
          "_");

  private Names() {}

  /** {@code k8s.io.api.core.v1.Pod} to {@code io.k8s.api.core.v1.Pod}. */
  static String openApi(String protoName) {
    return "io.k8s."
        + protoName
            .substring("k8s.io.".length())
            .replace("apiextensions_apiserver", "apiextensions-apiserver")
            .replace("kube_aggregator", "kube-aggregator");
  }

  /** {@code k8s.io.api.core.v1} to {@code dev.javernetes.api.model.core.v1}. */
  static String javaPackage(String protoPackage) {
    String[] parts = protoPackage.split("\\.");
    if (protoPackage.equals(Sources.VERSION_PACKAGE)) {
      return "dev.javernetes.api.model.version";
    }
    return "dev.javernetes.api.model." + parts[parts.length - 2] + "." + parts[parts.length - 1];
  }

  /**
   * {@code x-kubernetes-list-type} to {@code xKubernetesListType}, {@code default} to {@code
   * default_}.
   */
  static String component(String jsonName) {
    StringBuilder name = new StringBuilder();
    boolean capital = false;
    for (char c : jsonName.toCharArray()) {
      if (Character.isLetterOrDigit(c)) {
        name.append(capital ? Character.toUpperCase(c) : c);
        capital = false;
      } else {
        capital = !name.isEmpty();
      }
    }
    return RESERVED.contains(name.toString()) ? name + "_" : name.toString();
  }

  /** Letters and digits in lower case: equal for {@code uID} and {@code uid}. */
  static String bare(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
  }
}
