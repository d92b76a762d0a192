package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.FORMAT;
import static dev.javernetes.api.cel.library.Kinds.STRING;
import static dev.javernetes.api.cel.library.Kinds.list;
import static dev.javernetes.api.cel.library.Kinds.optional;

import dev.javernetes.api.cel.value.Opt;
import java.util.List;

/** Kubernetes' {@code format}. */
final class Formats {
  private Formats() {}

  static void declare(Functions functions) {
    functions.member(
        "validate",
        "format-validate",
        optional(list(STRING)),
        List.of(FORMAT, STRING),
        a -> {
          List<String> problems = ((NamedFormat) a[0]).problems((String) a[1]);
          return problems.isEmpty() ? Opt.NONE : Opt.of(problems);
        });
    functions.global(
        "format.named",
        "format-named",
        optional(FORMAT),
        List.of(STRING),
        a -> {
          for (NamedFormat format : NamedFormat.values()) {
            if (format.call().equals(a[0])) {
              return Opt.of(format);
            }
          }
          return Opt.NONE;
        });
    for (NamedFormat format : NamedFormat.values()) {
      String name = "format." + format.call();
      functions.global(name, name, FORMAT, List.of(), a -> format);
    }
  }
}
