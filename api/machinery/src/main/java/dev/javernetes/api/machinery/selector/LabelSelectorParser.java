package dev.javernetes.api.machinery.selector;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.field.NameFormats;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Reads {@code app=web,!canary,tier in (a,b),n>3} by recursive descent. */
final class LabelSelectorParser {
  /** What a piece of text is. */
  private enum Kind {
    END,
    OPEN,
    CLOSE,
    COMMA,
    NOT,
    EQUALS,
    DOUBLE_EQUALS,
    NOT_EQUALS,
    GREATER,
    LESS,
    IN,
    NOT_IN,
    IDENTIFIER
  }

  private record Token(Kind kind, String text) {
    /** Where a value or key may stand, {@code in} and {@code notin} are ordinary names. */
    Kind asValue() {
      return kind == Kind.IN || kind == Kind.NOT_IN ? Kind.IDENTIFIER : kind;
    }
  }

  private static final String SPECIAL = "()!,=<>";

  private final List<Token> tokens;
  private int at;

  LabelSelectorParser(String text) {
    tokens = scan(text);
  }

  LabelSelector parse() throws SelectorSyntaxException {
    List<LabelSelector.Requirement> requirements = new ArrayList<>();
    while (true) {
      Token token = peek();
      switch (token.asValue()) {
        case IDENTIFIER, NOT -> {
          try {
            requirements.add(requirement());
          } catch (SelectorSyntaxException problem) {
            throw new SelectorSyntaxException(
                "unable to parse requirement: " + problem.getMessage());
          }
          Token separator = next();
          if (separator.kind == Kind.END) {
            return new LabelSelector(requirements);
          }
          if (separator.kind != Kind.COMMA) {
            throw expected(separator, ", expected: ',' or 'end of string'");
          }
          Token following = peek();
          if (following.asValue() != Kind.IDENTIFIER && following.kind != Kind.NOT) {
            throw expected(following, ", expected: identifier after ','");
          }
        }
        case END -> {
          return new LabelSelector(requirements);
        }
        default -> throw expected(token, ", expected: !, identifier, or 'end of string'");
      }
    }
  }

  private LabelSelector.Requirement requirement() throws SelectorSyntaxException {
    boolean negated = peek().kind == Kind.NOT;
    if (negated) {
      next();
    }
    Token key = next();
    if (key.asValue() != Kind.IDENTIFIER) {
      throw expected(key, ", expected: identifier");
    }
    List<String> wrong = NameFormats.qualifiedName(key.text);
    if (!wrong.isEmpty()) {
      throw invalid("<nil>", key.text, String.join("; ", wrong));
    }
    Kind following = peek().kind;
    if (negated) {
      return new LabelSelector.Requirement(
          key.text, LabelSelector.Operator.DOES_NOT_EXIST, List.of());
    }
    if (following == Kind.END || following == Kind.COMMA) {
      return new LabelSelector.Requirement(key.text, LabelSelector.Operator.EXISTS, List.of());
    }
    LabelSelector.Operator operator = operator();
    boolean set =
        operator == LabelSelector.Operator.IN || operator == LabelSelector.Operator.NOT_IN;
    List<String> values = set ? values() : List.of(exactValue());
    check(key.text, operator, values);
    return new LabelSelector.Requirement(key.text, operator, values);
  }

  private static void check(String key, LabelSelector.Operator operator, List<String> values)
      throws SelectorSyntaxException {
    boolean numeric =
        operator == LabelSelector.Operator.GREATER_THAN
            || operator == LabelSelector.Operator.LESS_THAN;
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      if (numeric && !value.matches("[+-]?[0-9]{1,18}")) {
        throw invalid(
            "values[" + i + "]", value, "for 'Gt', 'Lt' operators, the value must be an integer");
      }
      List<String> wrong = NameFormats.labelValue(value);
      if (!wrong.isEmpty()) {
        throw invalid("values[" + i + "][" + key + "]", value, String.join("; ", wrong));
      }
    }
  }

  private LabelSelector.Operator operator() throws SelectorSyntaxException {
    Token token = next();
    return switch (token.kind) {
      case IN -> LabelSelector.Operator.IN;
      case NOT_IN -> LabelSelector.Operator.NOT_IN;
      case EQUALS, DOUBLE_EQUALS -> LabelSelector.Operator.EQUALS;
      case NOT_EQUALS -> LabelSelector.Operator.NOT_EQUALS;
      case GREATER -> LabelSelector.Operator.GREATER_THAN;
      case LESS -> LabelSelector.Operator.LESS_THAN;
      default -> throw expected(token, ", expected: in, notin, =, ==, !=, gt, lt");
    };
  }

  private List<String> values() throws SelectorSyntaxException {
    Token open = next();
    if (open.kind != Kind.OPEN) {
      throw expected(open, " expected: '('");
    }
    Token first = peek();
    switch (first.asValue()) {
      case IDENTIFIER, COMMA -> {
        TreeSet<String> values = valueList();
        Token close = next();
        if (close.kind != Kind.CLOSE) {
          throw expected(close, ", expected: ')'");
        }
        return List.copyOf(values);
      }
      case CLOSE -> {
        next();
        return List.of("");
      }
      default -> throw expected(first, ", expected: ',', ')' or identifier");
    }
  }

  private TreeSet<String> valueList() throws SelectorSyntaxException {
    TreeSet<String> values = new TreeSet<>();
    while (true) {
      Token token = next();
      if (token.asValue() == Kind.IDENTIFIER) {
        values.add(token.text);
        Token following = peek();
        if (following.kind == Kind.CLOSE) {
          return values;
        }
        if (following.kind != Kind.COMMA) {
          throw expected(following, ", expected: ',' or ')'");
        }
      } else if (token.kind == Kind.COMMA) {
        if (values.isEmpty()) {
          values.add("");
        }
        Token following = peek();
        if (following.kind == Kind.CLOSE) {
          values.add("");
          return values;
        }
        if (following.kind == Kind.COMMA) {
          next();
          values.add("");
        }
      } else {
        throw expected(token, ", expected: ',', or identifier");
      }
    }
  }

  private String exactValue() throws SelectorSyntaxException {
    Kind following = peek().kind;
    if (following == Kind.END || following == Kind.COMMA) {
      return "";
    }
    Token token = next();
    if (token.asValue() != Kind.IDENTIFIER) {
      throw expected(token, ", expected: identifier");
    }
    return token.text;
  }

  private Token peek() {
    return tokens.get(Math.min(at, tokens.size() - 1));
  }

  private Token next() {
    Token token = peek();
    at++;
    return token;
  }

  private static SelectorSyntaxException expected(Token found, String what) {
    return new SelectorSyntaxException("found '" + found.text + "'" + what);
  }

  private static SelectorSyntaxException invalid(String path, String value, String why) {
    return new SelectorSyntaxException(
        path + ": Invalid value: " + GoQuote.quote(value) + ": " + why);
  }

  private static List<Token> scan(String text) {
    List<Token> tokens = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        i++;
      } else if (SPECIAL.indexOf(c) >= 0) {
        Token token = special(text, i);
        tokens.add(token);
        i += token.text.length();
      } else {
        int start = i;
        while (i < text.length()
            && SPECIAL.indexOf(text.charAt(i)) < 0
            && " \t\n\r".indexOf(text.charAt(i)) < 0) {
          i++;
        }
        String word = text.substring(start, i);
        Kind kind =
            word.equals("in") ? Kind.IN : word.equals("notin") ? Kind.NOT_IN : Kind.IDENTIFIER;
        tokens.add(new Token(kind, word));
      }
    }
    tokens.add(new Token(Kind.END, ""));
    return tokens;
  }

  private static Token special(String text, int at) {
    boolean equalsFollows = at + 1 < text.length() && text.charAt(at + 1) == '=';
    return switch (text.charAt(at)) {
      case '(' -> new Token(Kind.OPEN, "(");
      case ')' -> new Token(Kind.CLOSE, ")");
      case ',' -> new Token(Kind.COMMA, ",");
      case '>' -> new Token(Kind.GREATER, ">");
      case '<' -> new Token(Kind.LESS, "<");
      case '!' -> equalsFollows ? new Token(Kind.NOT_EQUALS, "!=") : new Token(Kind.NOT, "!");
      default -> equalsFollows ? new Token(Kind.DOUBLE_EQUALS, "==") : new Token(Kind.EQUALS, "=");
    };
  }
}
