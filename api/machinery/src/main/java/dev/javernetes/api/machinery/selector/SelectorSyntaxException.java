package dev.javernetes.api.machinery.selector;

/** A selector's text cannot be understood; the message is upstream's. */
public final class SelectorSyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  public SelectorSyntaxException(String message) {
    super(message);
  }
}
