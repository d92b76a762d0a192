package dev.javernetes.api.machinery.selector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A conjunction of (in)equalities of fields: {@code status.phase!=Running,spec.nodeName=n1}. */
public record FieldSelector(List<Term> terms) {
  public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

  /** One (in)equality. */
  public record Term(String field, boolean equal, String value) {}

  public FieldSelector {
    terms = List.copyOf(terms);
  }

  public static FieldSelector parse(String text) throws SelectorSyntaxException {
    if (text.isEmpty()) {
      return EVERYTHING;
    }
    List<Term> terms = new ArrayList<>();
    String[] parts = splitAtCommas(text);
    Arrays.sort(parts);
    for (String part : parts) {
      if (!part.isEmpty()) {
        terms.add(term(text, part));
      }
    }
    return new FieldSelector(terms);
  }

  /** {@code fields} gives a field's value, {@code ""} where it is absent. */
  public boolean matches(UnaryOperator<String> fields) {
    for (Term term : terms) {
      if (fields.apply(term.field).equals(term.value) != term.equal) {
        return false;
      }
    }
    return true;
  }

  public boolean isEverything() {
    return terms.isEmpty();
  }

  /** The value that {@code field} must have; {@code null} if it need not have a certain one. */
  public @Nullable String required(String field) {
    for (Term term : terms) {
      if (term.equal && term.field.equals(field)) {
        return term.value;
      }
    }
    return null;
  }

  private static Term term(String selector, String part) throws SelectorSyntaxException {
    for (int i = 0; i < part.length(); i++) {
      String rest = part.substring(i);
      int length =
          rest.startsWith("!=") || rest.startsWith("==") ? 2 : rest.startsWith("=") ? 1 : 0;
      if (length > 0) {
        return new Term(
            part.substring(0, i), part.charAt(i) != '!', unescape(part.substring(i + length)));
      }
    }
    throw new SelectorSyntaxException(
        "invalid selector: '" + selector + "'; can't understand '" + part + "'");
  }

  private static String[] splitAtCommas(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean escaped = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ',' && !escaped) {
        parts.add(part.toString());
        part.setLength(0);
        continue;
      }
      escaped = !escaped && c == '\\';
      part.append(c);
    }
    parts.add(part.toString());
    return parts.toArray(String[]::new);
  }

  private static String unescape(String value) throws SelectorSyntaxException {
    StringBuilder out = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\') {
        i++;
        if (i == value.length()) {
          throw new SelectorSyntaxException("invalid field selector: invalid escape sequence: \\");
        }
        char escaped = value.charAt(i);
        if (escaped != '\\' && escaped != ',' && escaped != '=') {
          throw new SelectorSyntaxException(
              "invalid field selector: invalid escape sequence: \\" + escaped);
        }
        out.append(escaped);
      } else if (c == ',' || c == '=') {
        throw new SelectorSyntaxException(
            "invalid field selector: unescaped character in value: " + c);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
