package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.apps.v1.ControllerRevision;
import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.client.Client;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pod templates that a StatefulSet or DaemonSet had, kept as ControllerRevisions, by which
 * kubectl's rollout history and undo go back.
 *
 * <p>A revision's data is a patch that puts the template in place: {@code {"spec": {"template": {…,
 * "$patch": "replace"}}}}.
 */
public final class RevisionHistory {
  private RevisionHistory() {}

  /** The stored revisions from the oldest to the newest. */
  public static List<ControllerRevision> sorted(List<ControllerRevision> revisions) {
    List<ControllerRevision> sorted = new ArrayList<>(revisions);
    sorted.sort(
        Comparator.comparing(RevisionHistory::number)
            .thenComparing(Meta::created)
            .thenComparing(revision -> revision.metadata().name()));
    return sorted;
  }

  public static long number(ControllerRevision revision) {
    return Objects.requireNonNullElse(revision.revision(), 0L);
  }

  public static JsonObject data(PodTemplateSpec template) {
    JsonObject replaced = template.toJson();
    replaced.put("$patch", "replace");
    return JsonObject.of("spec", JsonObject.of("template", replaced));
  }

  public static PodTemplateSpec template(ControllerRevision revision) {
    JsonObject data = revision.data() instanceof JsonObject object ? object : new JsonObject();
    JsonObject template = new JsonObject(data.objectOrEmpty("spec").objectOrEmpty("template"));
    template.remove("$patch");
    return PodTemplateSpec.fromJson(template);
  }

  /** A revision for the present template, not stored yet. */
  public static ControllerRevision fresh(
      KubernetesObject owner,
      PodTemplateSpec template,
      String hashLabel,
      long number,
      @Nullable Integer collisions) {
    String hash = Hashes.ofTemplate(template, collisions);
    return ControllerRevision.builder()
        .metadata(
            ObjectMeta.builder()
                .name(owner.metadata().name() + "-" + hash)
                .namespace(owner.metadata().namespace())
                .labels(Meta.with(template.metadata().labels(), hashLabel, hash))
                .annotations(owner.metadata().annotations())
                .ownerReferences(List.of(Meta.controllerReference(owner)))
                .build())
        .data(data(template))
        .revision(number)
        .build();
  }

  /** The stored revision of this template; the newest of several. */
  public static @Nullable ControllerRevision find(
      List<ControllerRevision> revisions, PodTemplateSpec template) {
    ControllerRevision found = null;
    for (ControllerRevision revision : sorted(revisions)) {
      if (template(revision).equals(template)) {
        found = revision;
      }
    }
    return found;
  }

  /**
   * The revision of the present template, stored, with the highest number; null if its name is
   * taken by another: then count a collision and try again.
   */
  public static @Nullable ControllerRevision ensure(
      Client client,
      KubernetesObject owner,
      PodTemplateSpec template,
      String hashLabel,
      @Nullable Integer collisions,
      List<ControllerRevision> revisions) {
    List<ControllerRevision> sorted = sorted(revisions);
    long last = sorted.isEmpty() ? 0 : number(sorted.getLast());
    ControllerRevision present = find(revisions, template);
    if (present != null) {
      if (number(present) == last) {
        return present;
      }
      return client.update(ControllerRevision.TYPE, present.toBuilder().revision(last + 1).build());
    }
    ControllerRevision fresh = fresh(owner, template, hashLabel, last + 1, collisions);
    try {
      return client.create(ControllerRevision.TYPE, fresh);
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.ALREADY_EXISTS)) {
        throw refusal;
      }
      ControllerRevision taken =
          client.get(
              ControllerRevision.TYPE, fresh.metadata().namespace(), fresh.metadata().name());
      return template(taken).equals(template) && Meta.controlledBy(taken, owner) ? taken : null;
    }
  }

  /** Deletes revisions that no pod has, beyond the limit, the oldest first. */
  public static void truncate(
      Client client, List<ControllerRevision> revisions, Set<String> live, int limit) {
    List<ControllerRevision> dead =
        sorted(revisions).stream()
            .filter(revision -> !live.contains(revision.metadata().name()))
            .toList();
    for (ControllerRevision revision : dead.subList(0, Math.max(0, dead.size() - limit))) {
      Deletions.ifPresent(client, ControllerRevision.TYPE, revision, DeleteOptions.NONE);
    }
  }
}
