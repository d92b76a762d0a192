package dev.javernetes.apiserver.authentication.serviceaccount;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.authentication.ServiceAccountName;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.pki.TokenSigner;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * TokenRequest, behind {@code serviceaccounts/NAME/token}: a token for an account, good for some
 * audiences and some time, optionally bound to a pod, a secret or a node, whose end is its end.
 */
public final class TokenIssuer implements Review {
  private static final String GROUP = "authentication.k8s.io";
  private static final long MIN_SECONDS = 600;
  private static final long MAX_SECONDS = 1L << 32;
  private static final long HOUR = 3600;

  /** What kubelets ask for; such tokens live on for a year, with a note when they were due. */
  private static final long WARN_ONLY_SECONDS = HOUR + 7;

  private static final long YEAR = 365L * 24 * HOUR;

  /**
   * How tokens are made.
   *
   * @param issuer the {@code iss} claim
   * @param audiences what a token is good for if its request does not say
   * @param maxSeconds the longest that is granted, 0 for no limit of our own
   * @param extend whether pods' tokens outlive their hour by a year (upstream's default)
   */
  public record Settings(String issuer, List<String> audiences, long maxSeconds, boolean extend) {
    public Settings {
      audiences = List.copyOf(audiences);
    }
  }

  private final Settings settings;
  private final TokenSigner signer;
  private final ObjectReader reader;
  private final InstantSource clock;
  private final Supplier<String> uuids;

  public TokenIssuer(
      Settings settings,
      TokenSigner signer,
      ObjectReader reader,
      InstantSource clock,
      Supplier<String> uuids) {
    this.settings = settings;
    this.signer = signer;
    this.reader = reader;
    this.clock = clock;
    this.uuids = uuids;
  }

  private record Bound(
      @Nullable JsonObject pod, @Nullable JsonObject secret, @Nullable JsonObject node) {
    static final Bound NOTHING = new Bound(null, null, null);
  }

  @Override
  public void applyDefaults(JsonObject object) {
    JsonObject spec = object.ensureObject("spec");
    if (!spec.has("expirationSeconds")) {
      spec.put("expirationSeconds", HOUR);
    }
  }

  @Override
  public JsonObject answer(Request request) {
    JsonObject object = request.object();
    JsonObject metadata = object.ensureObject("metadata");
    JsonObject spec = object.ensureObject("spec");
    checkPlace(request, metadata);
    JsonObject account =
        existing("serviceaccounts", request.namespace(), request.name()).objectOrEmpty("metadata");
    checkUid(request, metadata, account);
    metadata.put("name", request.name());
    metadata.put("namespace", request.namespace());
    metadata.put("uid", account.string("uid"));
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    metadata.put("creationTimestamp", now.toString());
    object.remove("status");
    checkExpiration(spec);
    // NodeRestriction compares the audience as asked with those of the pod's volumes (KEP-4412).
    request.admission().run();
    if (spec.strings("audiences").isEmpty()) {
      spec.put("audiences", new ArrayList<Object>(settings.audiences));
    }
    Bound bound = bound(request, spec);
    long asked = spec.integer("expirationSeconds");
    if (settings.maxSeconds > 0 && asked > settings.maxSeconds) {
      request
          .warnings()
          .accept(
              "requested expiration of %d seconds shortened to %d seconds"
                  .formatted(asked, settings.maxSeconds));
      spec.put("expirationSeconds", settings.maxSeconds);
      asked = settings.maxSeconds;
    }
    boolean extended =
        settings.extend
            && bound.pod != null
            && asked == WARN_ONLY_SECONDS
            && settings.audiences.containsAll(spec.strings("audiences"));
    byte[] claims = Json.bytes(claims(request, account, spec, bound, now, asked, extended));
    object.put(
        "status",
        JsonObject.of(
            "token",
            signer.sign(claims),
            "expirationTimestamp",
            now.plusSeconds(asked).toString()));
    return object;
  }

  private static void checkPlace(Request request, JsonObject metadata) {
    ErrorList errors = new ErrorList();
    String name = metadata.string("name");
    String namespace = metadata.string("namespace");
    if (!name.isEmpty() && !name.equals(request.name())) {
      errors.invalid(
          FieldPath.of("metadata", "name"),
          name,
          "must match the service account name if specified");
    } else if (!namespace.isEmpty() && !namespace.equals(request.namespace())) {
      errors.invalid(
          FieldPath.of("metadata", "namespace"),
          namespace,
          "must match the service account namespace if specified");
    }
    if (!errors.isEmpty()) {
      throw ApiException.invalid(GROUP, "TokenRequest", request.name(), errors);
    }
  }

  private static void checkUid(Request request, JsonObject metadata, JsonObject account) {
    String asked = metadata.string("uid");
    if (!asked.isEmpty() && !asked.equals(account.string("uid"))) {
      throw ApiException.conflict(
          new GroupResource(GROUP, "TokenRequest"),
          request.name(),
          "the UID in the token request (%s) does not match the UID of the service account (%s)"
              .formatted(asked, account.string("uid")));
    }
  }

  private static void checkExpiration(JsonObject spec) {
    long seconds = spec.integer("expirationSeconds");
    ErrorList errors = new ErrorList();
    FieldPath path = FieldPath.of("spec", "expirationSeconds");
    if (seconds < MIN_SECONDS) {
      errors.invalid(path, seconds, "may not specify a duration less than 10 minutes");
    }
    if (seconds > MAX_SECONDS) {
      errors.invalid(path, seconds, "may not specify a duration larger than 2^32 seconds");
    }
    if (!errors.isEmpty()) {
      throw ApiException.invalid(GROUP, "TokenRequest", "", errors);
    }
  }

  private Bound bound(Request request, JsonObject spec) {
    JsonObject reference = spec.object("boundObjectRef");
    if (reference == null) {
      return Bound.NOTHING;
    }
    String kind = reference.string("kind");
    String name = reference.string("name");
    String apiVersion = reference.string("apiVersion");
    boolean sensible = apiVersion.indexOf('/') == apiVersion.lastIndexOf('/');
    // upstream takes one that it cannot read for none
    GroupVersion version = sensible ? GroupVersion.parse(apiVersion) : new GroupVersion("", "");
    Bound bound =
        switch (version.group().isEmpty() ? kind : "") {
          case "Pod" -> {
            JsonObject pod = existing("pods", request.namespace(), name);
            JsonObject podSpec = pod.objectOrEmpty("spec");
            if (!podSpec.string("serviceAccountName").equals(request.name())) {
              throw ApiException.badRequest(
                  "cannot bind token for serviceaccount %s to pod running with different serviceaccount name."
                      .formatted(GoQuote.quote(request.name())));
            }
            yield new Bound(pod, null, nodeOf(podSpec.string("nodeName")));
          }
          case "Node" -> new Bound(null, null, existing("nodes", "", name));
          case "Secret" -> new Bound(null, existing("secrets", request.namespace(), name), null);
          default ->
              throw ApiException.badRequest(
                  "cannot bind token to object of type " + version.kind(kind));
        };
    JsonObject target =
        bound.pod != null ? bound.pod : bound.secret != null ? bound.secret : bound.node;
    String uid = target == null ? "" : target.objectOrEmpty("metadata").string("uid");
    if (!reference.string("uid").isEmpty() && !reference.string("uid").equals(uid)) {
      throw ApiException.conflict(
          new GroupResource("", kind),
          name,
          ("the UID in the bound object reference (%s) does not match the UID in record. The object"
                  + " might have been deleted and then recreated")
              .formatted(reference.string("uid")));
    }
    return bound;
  }

  /** A node that is gone still has its name in the claims. */
  private @Nullable JsonObject nodeOf(String nodeName) {
    if (nodeName.isEmpty()) {
      return null;
    }
    JsonObject node = reader.get(new GroupResource("", "nodes"), "", nodeName);
    return node != null ? node : JsonObject.of("metadata", JsonObject.of("name", nodeName));
  }

  private JsonObject existing(String resource, String namespace, String name) {
    GroupResource groupResource = new GroupResource("", resource);
    JsonObject object = reader.get(groupResource, namespace, name);
    if (object == null) {
      throw ApiException.notFound(groupResource, name);
    }
    return object;
  }

  private JsonObject claims(
      Request request,
      JsonObject account,
      JsonObject spec,
      Bound bound,
      Instant now,
      long seconds,
      boolean extended) {
    long issued = now.getEpochSecond();
    JsonObject kubernetes = JsonObject.of("namespace", request.namespace());
    if (bound.node != null) {
      kubernetes.put("node", reference(bound.node.objectOrEmpty("metadata")));
    }
    if (bound.pod != null) {
      kubernetes.put("pod", reference(bound.pod.objectOrEmpty("metadata")));
    }
    if (bound.secret != null) {
      kubernetes.put("secret", reference(bound.secret.objectOrEmpty("metadata")));
    }
    kubernetes.put("serviceaccount", reference(account));
    if (extended) {
      kubernetes.put("warnafter", issued + seconds);
    }
    return JsonObject.of(
        "aud",
        new ArrayList<Object>(spec.strings("audiences")),
        "exp",
        issued + (extended ? YEAR : seconds),
        "iat",
        issued,
        "iss",
        settings.issuer,
        "jti",
        uuids.get(),
        "kubernetes.io",
        kubernetes,
        "nbf",
        issued,
        "sub",
        new ServiceAccountName(request.namespace(), request.name()).userName());
  }

  private static JsonObject reference(JsonObject metadata) {
    JsonObject reference = JsonObject.of("name", metadata.string("name"));
    if (!metadata.string("uid").isEmpty()) {
      reference.put("uid", metadata.string("uid"));
    }
    return reference;
  }
}
