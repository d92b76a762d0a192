package dev.javernetes.client;

import java.util.List;

/**
 * A page of a list, the version it was read at, and the token of the next page ({@code ""}: last).
 */
public record ResourceList<T>(List<T> items, String resourceVersion, String continueToken) {
  public ResourceList {
    items = List.copyOf(items);
  }
}
