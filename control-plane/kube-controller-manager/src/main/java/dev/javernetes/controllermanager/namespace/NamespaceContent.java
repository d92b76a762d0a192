package dev.javernetes.controllermanager.namespace;

import dev.javernetes.api.model.core.v1.NamespaceCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was found in a namespace after everything in it was told to go, and how its conditions say
 * so. Pure.
 *
 * @param discoveryFailure why some resources are not known; {@code ""} if all are
 * @param deletionFailures what could not be told to go
 * @param remaining resource to number of objects: {@code pods.} to 3
 * @param finalizers finalizer to number of objects that carry it
 */
record NamespaceContent(
    String discoveryFailure,
    List<String> deletionFailures,
    Map<String, Integer> remaining,
    Map<String, Integer> finalizers) {

  boolean empty() {
    return discoveryFailure.isEmpty() && deletionFailures.isEmpty() && remaining.isEmpty();
  }

  List<NamespaceCondition> conditions(List<NamespaceCondition> before, Instant now) {
    List<NamespaceCondition> conditions = new ArrayList<>(before);
    set(
        conditions,
        now,
        "NamespaceDeletionDiscoveryFailure",
        !discoveryFailure.isEmpty(),
        "DiscoveryFailed",
        discoveryFailure,
        "ResourcesDiscovered",
        "All resources successfully discovered");
    set(
        conditions,
        now,
        "NamespaceDeletionGroupVersionParsingFailure",
        false,
        "",
        "",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed");
    set(
        conditions,
        now,
        "NamespaceDeletionContentFailure",
        !deletionFailures.isEmpty(),
        "ContentDeletionFailed",
        "Failed to delete all resource types, %d remaining: %s"
            .formatted(deletionFailures.size(), String.join(", ", deletionFailures)),
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization");
    set(
        conditions,
        now,
        "NamespaceContentRemaining",
        !remaining.isEmpty(),
        "SomeResourcesRemain",
        "Some resources are remaining: " + counts(remaining, " has %d resource instances"),
        "ContentRemoved",
        "All content successfully removed");
    set(
        conditions,
        now,
        "NamespaceFinalizersRemaining",
        !finalizers.isEmpty(),
        "SomeFinalizersRemain",
        "Some content in the namespace has finalizers remaining: "
            + counts(finalizers, " in %d resource instances"),
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished");
    return conditions;
  }

  private static String counts(Map<String, Integer> counted, String pattern) {
    List<String> parts = new ArrayList<>();
    new TreeMap<>(counted).forEach((name, count) -> parts.add(name + pattern.formatted(count)));
    return String.join(", ", parts);
  }

  private static void set(
      List<NamespaceCondition> conditions,
      Instant now,
      String type,
      boolean bad,
      String badReason,
      String badMessage,
      String goodReason,
      String goodMessage) {
    NamespaceCondition next =
        new NamespaceCondition(
            type,
            bad ? "True" : "False",
            now,
            bad ? badReason : goodReason,
            bad ? badMessage : goodMessage);
    for (int i = 0; i < conditions.size(); i++) {
      NamespaceCondition present = conditions.get(i);
      if (present.type().equals(type)) {
        if (!present.toBuilder().lastTransitionTime(now).build().equals(next)) {
          conditions.set(i, next);
        }
        return;
      }
    }
    conditions.add(next);
  }
}
