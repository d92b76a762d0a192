package dev.javernetes.controllermanager.endpointslice;

import dev.javernetes.api.model.discovery.v1.Endpoint;
import dev.javernetes.api.model.discovery.v1.EndpointPort;
import dev.javernetes.api.model.discovery.v1.EndpointSlice;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How endpoints are spread over slices with as few writes as can be.
 *
 * <p>Endpoints with the same ports share slices of at most 100. What is in a slice and still wanted
 * stays there; what is new fills the slices that are written anyway, then the fullest with room,
 * then new slices; a slice that would be empty is deleted, but one placeholder stays for a Service
 * without endpoints.
 */
record SlicePlan(
    List<EndpointSlice> create, List<EndpointSlice> update, List<EndpointSlice> delete) {

  /** Endpoints that share ports. */
  record Group(List<EndpointPort> ports, List<Endpoint> endpoints) {}

  /**
   * @param template metadata that every slice has: generateName, labels, owner
   * @param existing slices of this address type
   */
  static SlicePlan of(
      ObjectMeta template,
      String addressType,
      List<Group> groups,
      List<EndpointSlice> existing,
      int maxPerSlice) {
    Planner planner = new Planner(template, addressType, maxPerSlice);
    Map<Set<EndpointPort>, List<EndpointSlice>> byPorts = new LinkedHashMap<>();
    for (EndpointSlice slice : existing) {
      if (!slice.addressType().equals(addressType)) {
        planner.delete.add(slice);
        continue;
      }
      byPorts.computeIfAbsent(Set.copyOf(slice.ports()), k -> new ArrayList<>()).add(slice);
    }
    List<Group> wanted = groups;
    if (groups.stream().allMatch(group -> group.endpoints.isEmpty())) {
      wanted = List.of(new Group(List.of(), List.of()));
    }
    for (Group group : wanted) {
      List<EndpointSlice> slices = byPorts.remove(Set.copyOf(group.ports));
      planner.spread(group, slices == null ? List.of() : slices);
    }
    byPorts.values().forEach(planner.delete::addAll);
    return new SlicePlan(planner.create, planner.update, planner.delete);
  }

  private static final class Planner {
    private final ObjectMeta template;
    private final String addressType;
    private final int max;
    final List<EndpointSlice> create = new ArrayList<>();
    final List<EndpointSlice> update = new ArrayList<>();
    final List<EndpointSlice> delete = new ArrayList<>();

    Planner(ObjectMeta template, String addressType, int max) {
      this.template = template;
      this.addressType = addressType;
      this.max = max;
    }

    void spread(Group group, List<EndpointSlice> slices) {
      Map<String, Endpoint> missing = new LinkedHashMap<>();
      group.endpoints.forEach(endpoint -> missing.put(key(endpoint), endpoint));
      Map<EndpointSlice, List<Endpoint>> contents = new LinkedHashMap<>();
      for (EndpointSlice slice : slices) {
        List<Endpoint> kept = new ArrayList<>();
        for (Endpoint endpoint : slice.endpoints()) {
          Endpoint now = missing.remove(key(endpoint));
          if (now != null) {
            kept.add(now);
          }
        }
        contents.put(slice, kept);
      }
      List<Endpoint> rest = new ArrayList<>(missing.values());
      fill(contents, rest, true);
      fill(contents, rest, false);
      boolean placeholder = group.endpoints.isEmpty();
      for (Map.Entry<EndpointSlice, List<Endpoint>> entry : contents.entrySet()) {
        if (entry.getValue().isEmpty() && !placeholder) {
          delete.add(entry.getKey());
          continue;
        }
        placeholder = false;
        EndpointSlice now = slice(entry.getKey().metadata(), group, entry.getValue());
        if (!now.equals(entry.getKey())) {
          update.add(now);
        }
      }
      for (int i = 0; i < rest.size(); i += max) {
        create.add(slice(ObjectMeta.EMPTY, group, rest.subList(i, Math.min(rest.size(), i + max))));
      }
      if (placeholder) {
        create.add(slice(ObjectMeta.EMPTY, group, List.of()));
      }
    }

    /** First into slices that change anyway, then into the others, the fullest first. */
    private void fill(
        Map<EndpointSlice, List<Endpoint>> contents, List<Endpoint> rest, boolean changed) {
      List<Map.Entry<EndpointSlice, List<Endpoint>>> order = new ArrayList<>(contents.entrySet());
      order.sort((a, b) -> Integer.compare(b.getValue().size(), a.getValue().size()));
      for (Map.Entry<EndpointSlice, List<Endpoint>> entry : order) {
        List<Endpoint> content = entry.getValue();
        boolean changes = !content.equals(entry.getKey().endpoints());
        if (changes == changed) {
          int room = Math.min(max - content.size(), rest.size());
          content.addAll(rest.subList(0, Math.max(0, room)));
          rest.subList(0, Math.max(0, room)).clear();
        }
      }
    }

    private EndpointSlice slice(ObjectMeta present, Group group, List<Endpoint> endpoints) {
      Map<String, String> annotations = new LinkedHashMap<>(present.annotations());
      annotations.putAll(template.annotations());
      ObjectMeta metadata =
          present.toBuilder()
              .generateName(
                  present.generateName().isEmpty()
                      ? template.generateName()
                      : present.generateName())
              .namespace(template.namespace())
              .labels(template.labels())
              .annotations(annotations)
              .ownerReferences(template.ownerReferences())
              .build();
      return new EndpointSlice(metadata, addressType, endpoints, group.ports);
    }

    /** An endpoint is the same one if it is the same pod at the same addresses. */
    private static String key(Endpoint endpoint) {
      Set<String> addresses = new HashSet<>(endpoint.addresses());
      return addresses + (endpoint.targetRef() == null ? "" : endpoint.targetRef().uid());
    }
  }
}
