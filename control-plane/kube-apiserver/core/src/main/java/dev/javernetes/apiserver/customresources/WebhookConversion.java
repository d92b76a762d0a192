package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.schema.structural.Defaulting;
import dev.javernetes.api.schema.structural.Pruning;
import dev.javernetes.apiserver.admission.webhook.WebhookCaller;
import dev.javernetes.apiserver.registry.Conversion;
import dev.javernetes.apiserver.registry.ServedVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Converts by asking the definition's webhook ({@code apiextensions.k8s.io/v1 ConversionReview}).
 * The webhook decides about everything but metadata, of which it may change labels and annotations
 * only.
 */
final class WebhookConversion implements Conversion {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String GROUP = "apiextensions.k8s.io/";

  private final JsonObject webhook;
  private final Map<String, CustomVersion> versions;
  private final WebhookCaller caller;
  private final Supplier<String> uids;

  WebhookConversion(
      JsonObject webhook,
      Map<String, CustomVersion> versions,
      WebhookCaller caller,
      Supplier<String> uids) {
    this.webhook = webhook;
    this.versions = Map.copyOf(versions);
    this.caller = caller;
    this.uids = uids;
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public JsonObject convert(JsonObject object, ServedVersion from, ServedVersion to) {
    return convertAll(List.of(object), to).getFirst();
  }

  /** Objects of any versions, in one call; those of the wanted version stay as they are. */
  @Override
  public List<JsonObject> convertAll(List<JsonObject> objects, ServedVersion to) {
    String wanted = to.kind().apiVersion();
    List<JsonObject> sent = new ArrayList<>();
    for (JsonObject object : objects) {
      if (!object.string("apiVersion").equals(wanted) && !isEmpty(object)) {
        sent.add(object);
      }
    }
    List<JsonObject> answered = sent.isEmpty() ? List.of() : ask(sent, wanted);
    List<JsonObject> converted = new ArrayList<>(objects.size());
    int next = 0;
    for (JsonObject object : objects) {
      if (object.string("apiVersion").equals(wanted)) {
        converted.add(object);
      } else if (isEmpty(object)) {
        JsonObject renamed = new JsonObject(object);
        renamed.put("apiVersion", wanted);
        converted.add(renamed);
      } else {
        converted.add(answered.get(next++));
      }
    }
    return converted;
  }

  /** Nothing but what it is: there is nothing to convert. */
  private static boolean isEmpty(JsonObject object) {
    return object.size() == 2 && object.containsKey("kind") && object.containsKey("apiVersion");
  }

  private List<JsonObject> ask(List<JsonObject> objects, String wanted) {
    String of = "conversion webhook for " + kind(objects.getFirst()) + " ";
    String uid = uids.get();
    String reviewVersion = reviewVersion();
    JsonObject request =
        JsonObject.of(
            "uid", uid, "desiredAPIVersion", wanted, "objects", new ArrayList<Object>(objects));
    JsonObject review =
        JsonObject.of(
            "kind", "ConversionReview", "apiVersion", GROUP + reviewVersion, "request", request);
    List<Object> converted;
    try {
      JsonObject answer = caller.call(webhook.objectOrEmpty("clientConfig"), review, TIMEOUT);
      converted = ConversionAnswer.objects(answer, reviewVersion, uid);
    } catch (WebhookCaller.CallException | ConversionAnswer.BadAnswerException problem) {
      throw failed(of + "failed: " + problem.getMessage());
    }
    if (converted.size() != objects.size()) {
      throw failed(of + "returned " + converted.size() + " objects, expected " + objects.size());
    }
    List<JsonObject> checked = new ArrayList<>();
    for (int i = 0; i < converted.size(); i++) {
      try {
        JsonObject object = ConversionAnswer.checked(objects.get(i), converted.get(i), wanted, i);
        prune(object, wanted);
        checked.add(object);
      } catch (ConversionAnswer.BadAnswerException problem) {
        throw failed(of + "returned " + problem.getMessage());
      }
    }
    return checked;
  }

  private void prune(JsonObject object, String apiVersion) {
    CustomVersion version = versions.get(apiVersion);
    if (version != null) {
      Pruning.prune(object, version.schema(), path -> {});
      Defaulting.dropNulls(object, version.schema());
    }
  }

  private String reviewVersion() {
    for (String version : webhook.strings("conversionReviewVersions")) {
      if (version.equals("v1") || version.equals("v1beta1")) {
        return version;
      }
    }
    throw failed("no supported conversion review versions");
  }

  private static GroupVersionKind kind(JsonObject object) {
    return GroupVersionKind.of(object.string("apiVersion"), object.string("kind"));
  }

  /** Upstream gives such a failure no reason. */
  private static ApiException failed(String message) {
    return new ApiException(ApiException.status(StatusReason.UNKNOWN, message, null));
  }
}
