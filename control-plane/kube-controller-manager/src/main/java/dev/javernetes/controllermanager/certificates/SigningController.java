package dev.javernetes.controllermanager.certificates;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.certificates.v1.CertificateSigningRequest;
import dev.javernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.RequestOptions.WriteOptions;
import dev.javernetes.client.WorkQueue;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * The three loops over CertificateSigningRequests: approve kubelets', sign approved, delete old.
 */
public final class SigningController implements Controller {
  private static final Duration APPROVED_KEPT = Duration.ofHours(1);
  private static final Duration PENDING_KEPT = Duration.ofHours(24);
  private static final Set<String> SIGNERS =
      Set.of(
          Requests.API_CLIENT, Requests.KUBELET_CLIENT, Requests.KUBELET_SERVING, Requests.LEGACY);

  private final ControllerContext context;
  private final @Nullable CertificateSigner signer;
  private final WorkQueue.Reconciler<ObjectKey> work;
  private final Loop<ObjectKey> loop;
  private final Informer<CertificateSigningRequest> requests;

  private enum Task {
    APPROVE,
    SIGN,
    CLEAN
  }

  private SigningController(
      ControllerContext context, Task task, @Nullable CertificateSigner signer) {
    this.context = context;
    this.signer = signer;
    this.loop =
        Loop.of("certificate_" + task.name().toLowerCase(java.util.Locale.ROOT), context, 2);
    this.requests = loop.informer(CertificateSigningRequest.TYPE);
    this.work =
        switch (task) {
          case APPROVE -> key -> find(key, this::approve);
          case SIGN -> key -> find(key, this::sign);
          case CLEAN -> key -> find(key, this::clean);
        };
    loop.on(requests, EventHandler.each(request -> loop.queue().add(Meta.key(request))));
  }

  public static Controller approving(ControllerContext context) {
    return new SigningController(context, Task.APPROVE, null);
  }

  public static Controller signing(ControllerContext context, CertificateSigner signer) {
    return new SigningController(context, Task.SIGN, signer);
  }

  public static Controller cleaning(ControllerContext context) {
    return new SigningController(context, Task.CLEAN, null);
  }

  @Override
  public void start() {
    loop.start(work);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void find(
      ObjectKey key, java.util.function.Consumer<CertificateSigningRequest> consumer) {
    requests.get(key).filter(request -> !Meta.deleting(request)).ifPresent(consumer);
  }

  /** A kubelet's client certificate, if whoever asks may have one by RBAC. */
  private void approve(CertificateSigningRequest request) {
    if (!request.spec().signerName().equals(Requests.KUBELET_CLIENT)
        || Requests.has(request, "Approved")
        || Requests.has(request, "Denied")
        || !request.status().certificate().isEmpty()) {
      return;
    }
    PKCS10CertificationRequest decoded = Requests.parse(request);
    if (decoded == null || !Requests.isNodeClient(request, decoded)) {
      return;
    }
    boolean self = Requests.commonName(decoded.getSubject()).equals(request.spec().username());
    String message;
    if (self && allowed(request, "selfnodeclient")) {
      message = "Auto approving self kubelet client certificate after SubjectAccessReview.";
    } else if (allowed(request, "nodeclient")) {
      message = "Auto approving kubelet client certificate after SubjectAccessReview.";
    } else {
      return;
    }
    add(request, "approval", "Approved", "AutoApproved", message, "");
  }

  private boolean allowed(CertificateSigningRequest request, String subresource) {
    JsonObject extra = new JsonObject();
    request
        .spec()
        .extra()
        .forEach((name, values) -> extra.put(name, new ArrayList<Object>(values)));
    JsonObject spec =
        JsonObject.of(
            "user", request.spec().username(),
            "uid", request.spec().uid(),
            "groups", new ArrayList<Object>(request.spec().groups()),
            "extra", extra,
            "resourceAttributes",
                JsonObject.of(
                    "group", "certificates.k8s.io",
                    "resource", "certificatesigningrequests",
                    "verb", "create",
                    "version", "*",
                    "subresource", subresource));
    JsonObject review =
        JsonObject.of(
            "apiVersion", "authorization.k8s.io/v1", "kind", "SubjectAccessReview", "spec", spec);
    JsonObject answer =
        context
            .client()
            .call(
                "POST",
                "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                List.of(),
                new Patch("application/json", Json.bytes(review)));
    return answer.objectOrEmpty("status").bool("allowed");
  }

  private void sign(CertificateSigningRequest request) {
    if (!SIGNERS.contains(request.spec().signerName())
        || !Requests.has(request, "Approved")
        || Requests.has(request, "Denied")
        || Requests.has(request, "Failed")
        || !request.status().certificate().isEmpty()) {
      return;
    }
    PKCS10CertificationRequest decoded = Requests.parse(request);
    String refusal =
        decoded == null ? "it is not a PKCS#10 request" : Requests.refusal(request, decoded);
    if (decoded == null || !refusal.isEmpty()) {
      if (!request.spec().signerName().equals(Requests.LEGACY)) {
        add(request, "status", "Failed", "SignerValidationFailure", refusal, "");
      }
      return;
    }
    String pem =
        Objects.requireNonNull(signer)
            .sign(
                decoded,
                request.spec().usages(),
                Duration.ofSeconds(Meta.or(request.spec().expirationSeconds(), 0)),
                context.timers().instant());
    add(request, "status", "", "", "", pem);
  }

  private void clean(CertificateSigningRequest request) {
    Instant now = context.timers().instant();
    Instant end = null;
    for (CertificateSigningRequestCondition condition : request.status().conditions()) {
      boolean decided =
          (condition.type().equals("Approved") && !request.status().certificate().isEmpty())
              || condition.type().equals("Denied")
              || condition.type().equals("Failed");
      if (decided && condition.lastUpdateTime() != null) {
        end = earlier(end, condition.lastUpdateTime().plus(APPROVED_KEPT));
      }
    }
    end = earlier(end, Meta.created(request).plus(PENDING_KEPT));
    Instant expiry = Requests.expiry(request);
    if (expiry != null) {
      end = earlier(end, expiry);
    }
    if (end.isAfter(now)) {
      loop.queue().addAfter(Meta.key(request), Duration.between(now, end));
    } else {
      Deletions.ifPresent(
          context.client(),
          CertificateSigningRequest.TYPE,
          request,
          DeleteOptions.uid(Meta.uid(request)));
    }
  }

  private static Instant earlier(@Nullable Instant one, Instant other) {
    return one == null || other.isBefore(one) ? other : one;
  }

  /** Adds a condition or a certificate, through the subresource that may. */
  private void add(
      CertificateSigningRequest request,
      String subresource,
      String type,
      String reason,
      String message,
      String certificatePem) {
    Instant now = context.timers().instant().truncatedTo(ChronoUnit.SECONDS);
    List<CertificateSigningRequestCondition> conditions =
        new ArrayList<>(request.status().conditions());
    if (!type.isEmpty()) {
      conditions.add(
          new CertificateSigningRequestCondition(type, "True", reason, message, now, now));
    }
    String certificate =
        certificatePem.isEmpty()
            ? request.status().certificate()
            : Base64.getEncoder()
                .encodeToString(certificatePem.getBytes(StandardCharsets.US_ASCII));
    CertificateSigningRequest changed =
        request.toBuilder()
            .status(
                request.status().toBuilder()
                    .conditions(conditions)
                    .certificate(certificate)
                    .build())
            .build();
    context
        .client()
        .update(CertificateSigningRequest.TYPE, changed, subresource, WriteOptions.NONE);
  }
}
