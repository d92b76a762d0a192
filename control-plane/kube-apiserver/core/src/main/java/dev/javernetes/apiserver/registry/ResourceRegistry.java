package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The resources served now. Reading takes no lock: a change replaces the whole table, and whoever
 * derives something from it (discovery, OpenAPI) keeps what it derived by {@link #generation}.
 */
public final class ResourceRegistry implements ResourceTable {

  /** One state of the table. */
  private record Table(
      List<ResourceDefinition> all,
      Map<GroupVersionResource, Served> served,
      Map<GroupResource, ResourceDefinition> byName,
      long generation) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Table table;

  public ResourceRegistry(List<ResourceDefinition> builtIn) {
    table = table(builtIn, 1);
  }

  @Override
  public @Nullable Served find(GroupVersionResource resource) {
    return table.served.get(resource);
  }

  @Override
  public @Nullable ResourceDefinition find(GroupResource resource) {
    return table.byName.get(resource);
  }

  @Override
  public List<ResourceDefinition> all() {
    return table.all;
  }

  /** Grows with every change. */
  public long generation() {
    return table.generation;
  }

  /** Adds a definition or replaces the one of that name. */
  public void put(ResourceDefinition definition) {
    lock.lock();
    try {
      List<ResourceDefinition> changed = new ArrayList<>(table.all);
      int at = indexOf(changed, definition.groupResource());
      if (at < 0) {
        changed.add(definition);
      } else {
        changed.set(at, definition);
      }
      table = table(changed, table.generation + 1);
    } finally {
      lock.unlock();
    }
    listeners.forEach(Runnable::run);
  }

  public void remove(GroupResource name) {
    lock.lock();
    try {
      List<ResourceDefinition> changed = new ArrayList<>(table.all);
      int at = indexOf(changed, name);
      if (at < 0) {
        return;
      }
      changed.remove(at);
      table = table(changed, table.generation + 1);
    } finally {
      lock.unlock();
    }
    listeners.forEach(Runnable::run);
  }

  /** Runs {@code action} after every change. */
  public void onChange(Runnable action) {
    listeners.add(action);
  }

  private static int indexOf(List<ResourceDefinition> definitions, GroupResource name) {
    for (int i = 0; i < definitions.size(); i++) {
      if (definitions.get(i).groupResource().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static Table table(List<ResourceDefinition> definitions, long generation) {
    Map<GroupVersionResource, Served> served = new HashMap<>();
    Map<GroupResource, ResourceDefinition> byName = new HashMap<>();
    for (ResourceDefinition definition : definitions) {
      byName.put(definition.groupResource(), definition);
      for (ServedVersion version : definition.versions()) {
        served.put(version.resource(), new Served(definition, version));
        byName.putIfAbsent(version.resource().groupResource(), definition);
      }
    }
    return new Table(List.copyOf(definitions), Map.copyOf(served), Map.copyOf(byName), generation);
  }
}
