package dev.javernetes.api.cel.library;

/** What a function does; a member's target is the first argument. */
@FunctionalInterface
public interface Body {
  Object apply(Object[] arguments);
}
