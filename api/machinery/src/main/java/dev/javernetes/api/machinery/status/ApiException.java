package dev.javernetes.api.machinery.status;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A refused request, on both sides of the API: the server throws it from any depth and the edge
 * writes its {@link #status}; the client reads a Status and throws it. {@code
 * ApiException.notFound(pods, "web")} says {@code pods "web" not found}.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient JsonObject status;

  /** From a Status as it came over the wire. */
  public ApiException(JsonObject status) {
    super(status.string("message"));
    this.status = status;
  }

  /**
   * The {@code Status} object (kind, apiVersion, metadata, status, message, reason, details, code).
   */
  public JsonObject status() {
    return status;
  }

  public int code() {
    return (int) status.integer("code");
  }

  public StatusReason reason() {
    return StatusReason.of(status.string("reason"));
  }

  public boolean is(StatusReason reason) {
    return reason() == reason;
  }

  public static ApiException notFound(GroupResource resource, String name) {
    return named(
        StatusReason.NOT_FOUND,
        resource,
        name,
        "%s %s not found".formatted(resource, GoQuote.quote(name)));
  }

  public static ApiException alreadyExists(GroupResource resource, String name) {
    return named(
        StatusReason.ALREADY_EXISTS,
        resource,
        name,
        "%s %s already exists".formatted(resource, GoQuote.quote(name)));
  }

  /** The name that the server made up is taken. */
  public static ApiException generateNameConflict(
      GroupResource resource, String name, int retryAfterSeconds) {
    ApiException problem =
        named(
            StatusReason.ALREADY_EXISTS,
            resource,
            name,
            "%s %s already exists, the server was not able to generate a unique name for the object"
                .formatted(resource, GoQuote.quote(name)));
    problem.status.ensureObject("details").put("retryAfterSeconds", (long) retryAfterSeconds);
    return problem;
  }

  public static ApiException conflict(GroupResource resource, String name, String why) {
    return named(
        StatusReason.CONFLICT,
        resource,
        name,
        "Operation cannot be fulfilled on %s %s: %s".formatted(resource, GoQuote.quote(name), why));
  }

  public static ApiException forbidden(GroupResource resource, String name, String why) {
    String message =
        resource.resource().isEmpty() && resource.group().isEmpty()
            ? "forbidden: " + why
            : name.isEmpty()
                ? "%s is forbidden: %s".formatted(resource, why)
                : "%s %s is forbidden: %s".formatted(resource, GoQuote.quote(name), why);
    return named(StatusReason.FORBIDDEN, resource, name, message);
  }

  /**
   * {@code kind} is the object's group and kind here, not its resource, as upstream has it for this
   * reason alone.
   */
  public static ApiException invalid(String group, String kind, String name, ErrorList errors) {
    List<Object> causes = new ArrayList<>();
    Set<String> texts = new LinkedHashSet<>();
    for (FieldError error : errors) {
      causes.add(
          JsonObject.of(
              "reason", error.type().reason(), "message", error.body(), "field", error.field()));
      texts.add(error.toString());
    }
    String all = texts.size() == 1 ? texts.iterator().next() : "[" + String.join(", ", texts) + "]";
    String qualified = group.isEmpty() ? kind : kind + "." + group;
    JsonObject details = new JsonObject();
    putIfSet(details, "name", name);
    putIfSet(details, "group", group);
    putIfSet(details, "kind", kind);
    if (!causes.isEmpty()) {
      details.put("causes", causes);
    }
    String message =
        "%s %s is invalid".formatted(qualified, GoQuote.quote(name))
            + (texts.isEmpty() ? "" : ": " + all);
    return new ApiException(status(StatusReason.INVALID, message, details));
  }

  public static ApiException badRequest(String message) {
    return of(StatusReason.BAD_REQUEST, message);
  }

  public static ApiException internal(String message) {
    return new ApiException(
        status(
            StatusReason.INTERNAL_ERROR,
            "Internal error occurred: " + message,
            JsonObject.of("causes", new ArrayList<>(List.of(JsonObject.of("message", message))))));
  }

  /** What upstream answers where an error has no reason: 500 with nothing but the message. */
  public static ApiException unclassified(String message) {
    return of(StatusReason.UNKNOWN, message);
  }

  public static ApiException of(StatusReason reason, String message) {
    return new ApiException(status(reason, message, null));
  }

  /** A refusal that may be tried again after {@code retryAfterSeconds}. */
  public static ApiException retryLater(
      StatusReason reason, String message, int retryAfterSeconds) {
    return new ApiException(
        status(reason, message, JsonObject.of("retryAfterSeconds", (long) retryAfterSeconds)));
  }

  /** A Failure Status; {@code details} are left out where null. */
  public static JsonObject status(
      StatusReason reason, String message, @Nullable JsonObject details) {
    JsonObject status =
        JsonObject.of(
            "kind",
            "Status",
            "apiVersion",
            "v1",
            "metadata",
            new JsonObject(),
            "status",
            "Failure",
            "message",
            message);
    putIfSet(status, "reason", reason.text());
    if (details != null) {
      status.put("details", details);
    }
    status.put("code", (long) reason.code());
    return status;
  }

  private static ApiException named(
      StatusReason reason, GroupResource resource, String name, String message) {
    JsonObject details = new JsonObject();
    putIfSet(details, "name", name);
    putIfSet(details, "group", resource.group());
    putIfSet(details, "kind", resource.resource());
    return new ApiException(status(reason, message, details));
  }

  private static void putIfSet(JsonObject object, String name, String value) {
    if (!value.isEmpty()) {
      object.put(name, value);
    }
  }
}
