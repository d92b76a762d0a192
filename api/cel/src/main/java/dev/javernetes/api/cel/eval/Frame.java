package dev.javernetes.api.cel.eval;

import org.jspecify.annotations.Nullable;

/** One evaluation: its variables, those of the loops it is in, and what it has cost. */
final class Frame {
  private record Local(String name, Object value, @Nullable Local outer) {}

  private final Activation activation;
  private final long limit;
  private long cost;
  private @Nullable Local locals;

  Frame(Activation activation, long limit) {
    this.activation = activation;
    this.limit = limit;
  }

  void charge(long amount) {
    cost += amount;
    if (cost > limit || cost < 0) {
      throw new CostExceeded();
    }
  }

  long cost() {
    return cost;
  }

  void push(String name, Object value) {
    locals = new Local(name, value, locals);
  }

  void pop(int count) {
    for (int i = 0; i < count && locals != null; i++) {
      locals = locals.outer;
    }
  }

  @Nullable Object variable(String name) {
    for (Local local = locals; local != null; local = local.outer) {
      if (local.name.equals(name)) {
        return local.value;
      }
    }
    return activation.variable(name);
  }

  /** Where the loops stand now, to return to when a step fails. */
  Object mark() {
    return locals == null ? Frame.class : locals;
  }

  void reset(Object mark) {
    locals = mark instanceof Local local ? local : null;
  }
}
