package dev.javernetes.api.machinery.field;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a validation found, in the order it was found. A validator takes a list and a path and adds
 * to it:
 *
 * <pre>{@code
 * void validate(JsonObject spec, FieldPath path, ErrorList errors) {
 *   if (spec.integer("replicas") < 0) {
 *     errors.invalid(path.child("replicas"), spec.get("replicas"), "must be greater than or equal to 0");
 *   }
 * }
 * }</pre>
 */
public final class ErrorList implements Iterable<FieldError> {
  private final List<FieldError> errors = new ArrayList<>();

  public void required(FieldPath path, String detail) {
    add(FieldError.Type.REQUIRED, path, "", detail);
  }

  public void invalid(FieldPath path, @Nullable Object value, String detail) {
    add(FieldError.Type.INVALID, path, value, detail);
  }

  /** An invalid value that must not be repeated to the client. */
  public void invalidOmitted(FieldPath path, String detail) {
    errors.add(new FieldError(FieldError.Type.INVALID, path.toString(), null, detail, true));
  }

  public void typeInvalid(FieldPath path, @Nullable Object value, String detail) {
    add(FieldError.Type.TYPE_INVALID, path, value, detail);
  }

  public void duplicate(FieldPath path, @Nullable Object value) {
    add(FieldError.Type.DUPLICATE, path, value, "");
  }

  public void notFound(FieldPath path, @Nullable Object value) {
    add(FieldError.Type.NOT_FOUND, path, value, "");
  }

  public void forbidden(FieldPath path, String detail) {
    add(FieldError.Type.FORBIDDEN, path, "", detail);
  }

  public void internal(FieldPath path, String detail) {
    add(FieldError.Type.INTERNAL, path, null, detail);
  }

  /** {@code supported} is shown sorted and quoted, as upstream does. */
  public void notSupported(FieldPath path, @Nullable Object value, Collection<String> supported) {
    String detail =
        supported.isEmpty()
            ? ""
            : "supported values: "
                + String.join(", ", supported.stream().sorted().map(GoQuote::quote).toList());
    add(FieldError.Type.NOT_SUPPORTED, path, value, detail);
  }

  /** Like {@link #notSupported}, for the few lists that upstream does not sort. */
  public void notSupportedInOrder(FieldPath path, @Nullable Object value, List<String> supported) {
    add(
        FieldError.Type.NOT_SUPPORTED,
        path,
        value,
        "supported values: " + String.join(", ", supported.stream().map(GoQuote::quote).toList()));
  }

  /** {@code maxBytes} below zero: no limit to name. */
  public void tooLong(FieldPath path, int maxBytes) {
    add(
        FieldError.Type.TOO_LONG,
        path,
        "",
        maxBytes < 0
            ? "value is too long"
            : "may not be more than " + maxBytes + (maxBytes == 1 ? " byte" : " bytes"));
  }

  public void tooMany(FieldPath path, int actual, int max) {
    String items = max == 1 ? " item" : " items";
    add(
        FieldError.Type.TOO_MANY,
        path,
        (long) actual,
        max < 0 ? "has too many items" : "must have at most " + max + items);
  }

  public void add(FieldError error) {
    errors.add(error);
  }

  public void addAll(ErrorList others) {
    errors.addAll(others.errors);
  }

  public boolean isEmpty() {
    return errors.isEmpty();
  }

  public int size() {
    return errors.size();
  }

  public List<FieldError> asList() {
    return Collections.unmodifiableList(errors);
  }

  @Override
  public Iterator<FieldError> iterator() {
    return asList().iterator();
  }

  private void add(FieldError.Type type, FieldPath path, @Nullable Object value, String detail) {
    errors.add(new FieldError(type, path.toString(), value, detail, false));
  }
}
