package dev.javernetes.api.cel.value;

/** What {@code type(x)} yields: a type by its name. */
public record TypeValue(String name) {}
