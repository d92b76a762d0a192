package dev.javernetes.api.cel.library;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The functions that there are, by name. Those of the language itself are known to the checker
 * already and only have a body here; others are declared overload by overload.
 */
public final class Functions {
  private final Map<String, List<Overload>> overloads = new LinkedHashMap<>();
  private final Map<String, Body> language = new LinkedHashMap<>();

  Functions() {}

  /** {@code name(x)}. */
  void global(String name, String id, CelType result, List<CelType> parameters, Body body) {
    add(name, new Overload(id, false, result, parameters, body));
  }

  /** {@code x.name(y)}. */
  void member(String name, String id, CelType result, List<CelType> parameters, Body body) {
    add(name, new Overload(id, true, result, parameters, body));
  }

  /** A function whose overloads the checker knows. */
  void known(String name, Body body) {
    language.put(name, body);
  }

  private void add(String name, Overload overload) {
    overloads.computeIfAbsent(name, unused -> new ArrayList<>()).add(overload);
  }

  /** What is to be told to the checker. */
  public List<CelFunctionDecl> declarations() {
    List<CelFunctionDecl> declarations = new ArrayList<>();
    overloads.forEach((name, list) ->
        declarations.add(
            CelFunctionDecl.newFunctionDeclaration(
                name, list.stream().map(Functions::declaration).toList())));
    return declarations;
  }

  private static CelOverloadDecl declaration(Overload overload) {
    return overload.member()
        ? CelOverloadDecl.newMemberOverload(overload.id(), overload.result(), overload.parameters())
        : CelOverloadDecl.newGlobalOverload(
            overload.id(), overload.result(), overload.parameters());
  }

  /** Whether {@code name}, which has a dot, is a function's whole name. */
  public boolean isQualified(String name) {
    return name.indexOf('.') > 0 && (overloads.containsKey(name) || language.containsKey(name));
  }

  /** What a call of {@code name} does; {@code null} if nothing is called so. */
  public @Nullable Body body(String name) {
    List<Overload> own = overloads.getOrDefault(name, List.of());
    Body builtIn = language.get(name);
    if (own.isEmpty()) {
      return builtIn;
    }
    return arguments -> {
      for (Overload overload : own) {
        if (overload.accepts(arguments)) {
          return overload.body().apply(arguments);
        }
      }
      if (builtIn != null) {
        return builtIn.apply(arguments);
      }
      throw noSuchOverload(name, arguments);
    };
  }

  static EvaluationFailure noSuchOverload(String name, Object[] arguments) {
    return new EvaluationFailure(
        "no such overload: %s(%s)"
            .formatted(
                name,
                Arrays.stream(arguments).map(Values::typeName).collect(Collectors.joining(", "))));
  }
}
