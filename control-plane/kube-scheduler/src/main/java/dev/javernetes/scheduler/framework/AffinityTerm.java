package dev.javernetes.scheduler.framework;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodAffinityTerm;
import dev.javernetes.api.model.meta.v1.LabelSelector;
import dev.javernetes.api.model.meta.v1.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One term of pod affinity or anti-affinity: "pods with such labels, in such namespaces, within the
 * same {@code topologyKey}".
 *
 * @param namespaces by name; a term without names and without a namespace selector means the
 *     owner's own namespace
 * @param namespaceSelector {@link LabelMatcher#NOTHING} where the term has none
 * @param weight of a preferred term, 0 for a required one
 */
public record AffinityTerm(
    Set<String> namespaces,
    LabelMatcher namespaceSelector,
    LabelMatcher selector,
    String topologyKey,
    int weight) {

  static AffinityTerm of(Pod owner, PodAffinityTerm term, int weight) {
    boolean own = term.namespaces().isEmpty() && term.namespaceSelector() == null;
    return new AffinityTerm(
        own ? Set.of(owner.metadata().namespace()) : Set.copyOf(term.namespaces()),
        LabelMatcher.of(term.namespaceSelector()),
        LabelMatcher.of(withOwnLabels(owner, term)),
        term.topologyKey(),
        weight);
  }

  /**
   * matchLabelKeys and mismatchLabelKeys take the owner's own values (KEP-3633). The API server has
   * merged them already for most.
   */
  private static @org.jspecify.annotations.Nullable LabelSelector withOwnLabels(
      Pod owner, PodAffinityTerm term) {
    LabelSelector selector = term.labelSelector();
    if (selector == null || term.matchLabelKeys().isEmpty() && term.mismatchLabelKeys().isEmpty()) {
      return selector;
    }
    List<LabelSelectorRequirement> all = new ArrayList<>(selector.matchExpressions());
    Map<String, String> labels = owner.metadata().labels();
    term.matchLabelKeys().forEach(key -> addOwn(all, labels, key, "In"));
    term.mismatchLabelKeys().forEach(key -> addOwn(all, labels, key, "NotIn"));
    return selector.toBuilder().matchExpressions(all).build();
  }

  private static void addOwn(
      List<LabelSelectorRequirement> all, Map<String, String> labels, String key, String operator) {
    String value = labels.get(key);
    if (value != null) {
      all.add(
          LabelSelectorRequirement.builder()
              .key(key)
              .operator(operator)
              .values(List.of(value))
              .build());
    }
  }

  public boolean matches(PodInfo pod, NamespaceLabels namespaceLabels) {
    return (namespaces.contains(pod.namespace())
            || namespaceSelector != LabelMatcher.NOTHING
                && namespaceSelector.matches(namespaceLabels.of(pod.namespace())))
        && selector.matches(pod.labels());
  }

  /** The labels of a namespace, for terms that choose namespaces by label. */
  @FunctionalInterface
  public interface NamespaceLabels {
    Map<String, String> of(String namespace);
  }
}
