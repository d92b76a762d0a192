package dev.javernetes.apiserver.cel;

import com.google.common.collect.ImmutableSet;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.checker.CelCheckerBuilder;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.cel.compiler.CelCompilerLibrary;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeLibrary;
import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.apiserver.cel.AuthorizerValue.Decision;
import dev.javernetes.apiserver.cel.AuthorizerValue.GroupCheck;
import dev.javernetes.apiserver.cel.AuthorizerValue.PathCheck;
import dev.javernetes.apiserver.cel.AuthorizerValue.ResourceCheck;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Kubernetes' own functions: lists, regular expressions, URLs, quantities, the authorizer. */
@SuppressWarnings("Immutable") // none of the functions has state, which their type cannot say
final class KubernetesLibrary implements CelCompilerLibrary, CelRuntimeLibrary {
  private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");
  private static final CelType URL = OpaqueType.create("kubernetes.URL");
  private static final TypeParamType T = TypeParamType.create("T");
  private static final CelType STRING = SimpleType.STRING;
  private static final CelType INT = SimpleType.INT;
  private static final CelType BOOL = SimpleType.BOOL;

  static final KubernetesLibrary INSTANCE = new KubernetesLibrary();

  private final Map<String, List<CelOverloadDecl>> declarations = new LinkedHashMap<>();
  private final List<CelFunctionBinding> bindings = new ArrayList<>();

  /** A function of one argument. */
  @FunctionalInterface
  private interface One<A> {
    Object apply(A first) throws CelEvaluationException;
  }

  /** A function of two arguments. */
  @FunctionalInterface
  private interface Two<A, B> {
    Object apply(A first, B second) throws CelEvaluationException;
  }

  private KubernetesLibrary() {
    lists();
    regularExpressions();
    quantities();
    urls();
    authorizers();
  }

  private void lists() {
    CelType list = ListType.create(T);
    member("isSorted", list, BOOL, List.class, KubernetesLibrary::isSorted);
    member("min", list, T, List.class, values -> extreme(values, -1));
    member("max", list, T, List.class, values -> extreme(values, 1));
    member("sum", list, T, List.class, KubernetesLibrary::sum);
    member(
        "indexOf",
        list,
        T,
        INT,
        List.class,
        Object.class,
        (values, one) -> (long) values.indexOf(one));
    member(
        "lastIndexOf",
        list,
        T,
        INT,
        List.class,
        Object.class,
        (values, one) -> (long) values.lastIndexOf(one));
  }

  private void regularExpressions() {
    member(
        "find",
        STRING,
        STRING,
        STRING,
        String.class,
        String.class,
        (text, pattern) -> {
          Matcher matcher = pattern(pattern).matcher(text);
          return matcher.find() ? matcher.group() : "";
        });
    member(
        "findAll",
        STRING,
        STRING,
        ListType.create(STRING),
        String.class,
        String.class,
        (text, pattern) -> findAll(text, pattern, Long.MAX_VALUE));
    declare(
        "findAll",
        CelOverloadDecl.newMemberOverload(
            "k8s_find_all_limit", ListType.create(STRING), STRING, STRING, INT));
    bindings.add(
        CelFunctionBinding.from(
            "k8s_find_all_limit",
            List.of(String.class, String.class, Long.class),
            arguments ->
                findAll((String) arguments[0], (String) arguments[1], (Long) arguments[2])));
  }

  private void quantities() {
    global(
        "quantity",
        STRING,
        QUANTITY,
        String.class,
        text -> {
          Quantity quantity = Quantity.parseOrNull(text);
          if (quantity == null) {
            throw failure(
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
          }
          return quantity;
        });
    global("isQuantity", STRING, BOOL, String.class, text -> Quantity.parseOrNull(text) != null);
    member("sign", QUANTITY, INT, Quantity.class, quantity -> (long) quantity.signum());
    member("isInteger", QUANTITY, BOOL, Quantity.class, KubernetesLibrary::isInteger);
    member(
        "asInteger",
        QUANTITY,
        INT,
        Quantity.class,
        quantity -> {
          if (!isInteger(quantity)) {
            throw failure("cannot convert value to integer");
          }
          return quantity.value();
        });
    member(
        "asApproximateFloat",
        QUANTITY,
        SimpleType.DOUBLE,
        Quantity.class,
        quantity -> quantity.amount().doubleValue());
    comparison("isLessThan", sign -> sign < 0);
    comparison("isGreaterThan", sign -> sign > 0);
    member(
        "compareTo",
        QUANTITY,
        QUANTITY,
        INT,
        Quantity.class,
        Quantity.class,
        (one, other) -> (long) one.compareTo(other));
    member("add", QUANTITY, QUANTITY, QUANTITY, Quantity.class, Quantity.class, Quantity::add);
    member("sub", QUANTITY, QUANTITY, QUANTITY, Quantity.class, Quantity.class, Quantity::subtract);
    member(
        "add",
        QUANTITY,
        INT,
        QUANTITY,
        Quantity.class,
        Long.class,
        (one, number) -> one.add(Quantity.of(number)));
    member(
        "sub",
        QUANTITY,
        INT,
        QUANTITY,
        Quantity.class,
        Long.class,
        (one, number) -> one.subtract(Quantity.of(number)));
  }

  private void comparison(String name, java.util.function.IntPredicate holds) {
    member(
        name,
        QUANTITY,
        QUANTITY,
        BOOL,
        Quantity.class,
        Quantity.class,
        (one, other) -> holds.test(one.compareTo(other)));
  }

  private void urls() {
    global(
        "url",
        STRING,
        URL,
        String.class,
        text -> {
          URI url = urlOrNull(text);
          if (url == null) {
            throw failure("URL parse error during conversion from string: parse \"" + text + "\"");
          }
          return url;
        });
    global("isURL", STRING, BOOL, String.class, text -> urlOrNull(text) != null);
    member("getScheme", URL, STRING, URI.class, url -> orEmpty(url.getScheme()));
    member(
        "getHost",
        URL,
        STRING,
        URI.class,
        url -> url.getPort() < 0 ? orEmpty(url.getHost()) : url.getHost() + ":" + url.getPort());
    member(
        "getHostname",
        URL,
        STRING,
        URI.class,
        url -> orEmpty(url.getHost()).replace("[", "").replace("]", ""));
    member(
        "getPort",
        URL,
        STRING,
        URI.class,
        url -> url.getPort() < 0 ? "" : Integer.toString(url.getPort()));
    member("getEscapedPath", URL, STRING, URI.class, url -> orEmpty(url.getRawPath()));
    member(
        "getQuery",
        URL,
        MapType.create(STRING, ListType.create(STRING)),
        URI.class,
        KubernetesLibrary::query);
  }

  private void authorizers() {
    member(
        "path",
        AuthorizerValue.TYPE,
        STRING,
        AuthorizerValue.PATH,
        AuthorizerValue.class,
        String.class,
        PathCheck::new);
    member(
        "group",
        AuthorizerValue.TYPE,
        STRING,
        AuthorizerValue.GROUP,
        AuthorizerValue.class,
        String.class,
        GroupCheck::new);
    declare(
        "serviceAccount",
        CelOverloadDecl.newMemberOverload(
            "k8s_service_account", AuthorizerValue.TYPE, AuthorizerValue.TYPE, STRING, STRING));
    bindings.add(
        CelFunctionBinding.from(
            "k8s_service_account",
            List.of(AuthorizerValue.class, String.class, String.class),
            arguments ->
                ((AuthorizerValue) arguments[0])
                    .serviceAccount((String) arguments[1], (String) arguments[2])));
    member(
        "resource",
        AuthorizerValue.GROUP,
        STRING,
        AuthorizerValue.RESOURCE,
        GroupCheck.class,
        String.class,
        (group, resource) ->
            new ResourceCheck(group.of(), group.group(), resource, "", "", "", "", ""));
    narrowing(
        "subresource",
        (check, text) ->
            new ResourceCheck(
                check.of(),
                check.group(),
                check.resource(),
                text,
                check.namespace(),
                check.name(),
                check.fieldSelector(),
                check.labelSelector()));
    narrowing(
        "namespace",
        (check, text) ->
            new ResourceCheck(
                check.of(),
                check.group(),
                check.resource(),
                check.subresource(),
                text,
                check.name(),
                check.fieldSelector(),
                check.labelSelector()));
    narrowing(
        "name",
        (check, text) ->
            new ResourceCheck(
                check.of(),
                check.group(),
                check.resource(),
                check.subresource(),
                check.namespace(),
                text,
                check.fieldSelector(),
                check.labelSelector()));
    narrowing(
        "fieldSelector",
        (check, text) ->
            new ResourceCheck(
                check.of(),
                check.group(),
                check.resource(),
                check.subresource(),
                check.namespace(),
                check.name(),
                text,
                check.labelSelector()));
    narrowing(
        "labelSelector",
        (check, text) ->
            new ResourceCheck(
                check.of(),
                check.group(),
                check.resource(),
                check.subresource(),
                check.namespace(),
                check.name(),
                check.fieldSelector(),
                text));
    member(
        "check",
        AuthorizerValue.RESOURCE,
        STRING,
        AuthorizerValue.DECISION,
        ResourceCheck.class,
        String.class,
        ResourceCheck::check);
    member(
        "check",
        AuthorizerValue.PATH,
        STRING,
        AuthorizerValue.DECISION,
        PathCheck.class,
        String.class,
        PathCheck::check);
    member("allowed", AuthorizerValue.DECISION, BOOL, Decision.class, Decision::allowed);
    member("reason", AuthorizerValue.DECISION, STRING, Decision.class, Decision::reason);
    member(
        "errored",
        AuthorizerValue.DECISION,
        BOOL,
        Decision.class,
        decision -> decision.error() != null);
    member(
        "error",
        AuthorizerValue.DECISION,
        STRING,
        Decision.class,
        decision -> Objects.requireNonNullElse(decision.error(), ""));
  }

  private void narrowing(String name, Two<ResourceCheck, String> function) {
    member(
        name,
        AuthorizerValue.RESOURCE,
        STRING,
        AuthorizerValue.RESOURCE,
        ResourceCheck.class,
        String.class,
        function);
  }

  private <A> void global(
      String name, CelType argument, CelType result, Class<A> javaType, One<A> function) {
    String id = overloadId(name);
    declare(name, CelOverloadDecl.newGlobalOverload(id, result, argument));
    bindings.add(CelFunctionBinding.from(id, javaType, function::apply));
  }

  private <A> void member(
      String name, CelType target, CelType result, Class<A> javaType, One<A> function) {
    String id = overloadId(name);
    declare(name, CelOverloadDecl.newMemberOverload(id, result, target));
    bindings.add(CelFunctionBinding.from(id, javaType, function::apply));
  }

  private <A, B> void member(
      String name,
      CelType target,
      CelType argument,
      CelType result,
      Class<A> targetType,
      Class<B> argumentType,
      Two<A, B> function) {
    String id = overloadId(name);
    declare(name, CelOverloadDecl.newMemberOverload(id, result, target, argument));
    CelFunctionOverload.Binary<A, B> binary = function::apply;
    bindings.add(CelFunctionBinding.from(id, targetType, argumentType, binary));
  }

  private String overloadId(String name) {
    return "k8s_" + name + "_" + declarations.getOrDefault(name, List.of()).size();
  }

  private void declare(String name, CelOverloadDecl overload) {
    declarations.computeIfAbsent(name, unused -> new ArrayList<>()).add(overload);
  }

  @Override
  public void setCheckerOptions(CelCheckerBuilder checker) {
    declarations.forEach((name, overloads) ->
        checker.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(name, overloads)));
  }

  @Override
  public void setRuntimeOptions(CelRuntimeBuilder runtime) {
    runtime.addFunctionBindings(ImmutableSet.copyOf(bindings));
  }

  private static Object isSorted(List<?> values) throws CelEvaluationException {
    for (int i = 1; i < values.size(); i++) {
      if (compare(values.get(i - 1), values.get(i)) > 0) {
        return false;
      }
    }
    return true;
  }

  private static Object extreme(List<?> values, int sign) throws CelEvaluationException {
    if (values.isEmpty()) {
      throw failure((sign < 0 ? "min" : "max") + " called on empty list");
    }
    Object best = values.getFirst();
    for (Object value : values) {
      if (Integer.signum(compare(value, best)) == sign) {
        best = value;
      }
    }
    return best;
  }

  @SuppressWarnings("unchecked") // of one class, else refused
  private static int compare(Object one, Object other) throws CelEvaluationException {
    if (!(one instanceof Comparable<?>) || one.getClass() != other.getClass()) {
      throw failure("no such overload");
    }
    return ((Comparable<Object>) one).compareTo(other);
  }

  private static Object sum(List<?> values) throws CelEvaluationException {
    boolean whole = true;
    BigDecimal total = BigDecimal.ZERO;
    for (Object value : values) {
      switch (value) {
        case Long number -> total = total.add(BigDecimal.valueOf(number));
        case Double number -> {
          whole = false;
          total = total.add(BigDecimal.valueOf(number));
        }
        default -> throw failure("no such overload");
      }
    }
    return whole ? (Object) total.longValue() : (Object) total.doubleValue();
  }

  private static List<String> findAll(String text, String pattern, long limit)
      throws CelEvaluationException {
    Matcher matcher = pattern(pattern).matcher(text);
    List<String> found = new ArrayList<>();
    while ((limit < 0 || found.size() < limit) && matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  private static Pattern pattern(String pattern) throws CelEvaluationException {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException bad) {
      throw failure("Illegal regex: " + bad.getMessage());
    }
  }

  private static boolean isInteger(Quantity quantity) {
    BigDecimal amount = quantity.amount().stripTrailingZeros();
    return amount.scale() <= 0 && amount.toBigInteger().bitLength() < Long.SIZE;
  }

  private static @Nullable URI urlOrNull(String text) {
    try {
      URI url = new URI(text);
      return url.isAbsolute() || text.startsWith("/") ? url : null;
    } catch (URISyntaxException bad) {
      return null;
    }
  }

  private static Map<String, List<String>> query(URI url) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (String pair : orEmpty(url.getQuery()).split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (!key.isEmpty()) {
        query
            .computeIfAbsent(key, unused -> new ArrayList<>())
            .add(equals < 0 ? "" : pair.substring(equals + 1));
      }
    }
    return query;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static CelEvaluationException failure(String message) {
    return new CelEvaluationException(message);
  }
}
