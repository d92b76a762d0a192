package dev.javernetes.controllermanager;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What {@code --controllers} asks for: {@code *} all that are on by default, {@code name} one more,
 * {@code -name} one less.
 */
record ControllerChoice(Set<String> names) {

  static ControllerChoice of(
      List<String> asked, Set<String> built, Set<String> offByDefault, Set<String> upstream) {
    Set<String> names = new LinkedHashSet<>();
    if (asked.contains("*")) {
      names.addAll(built);
      names.removeAll(offByDefault);
    }
    for (String ask : asked) {
      if (ask.equals("*")) {
        continue;
      }
      String name = ask.startsWith("-") ? ask.substring(1) : ask;
      if (!built.contains(name) && !upstream.contains(name)) {
        throw new IllegalArgumentException(
            "--controllers: " + name + " is not in the list of known controllers");
      }
      if (ask.startsWith("-")) {
        names.remove(name);
      } else if (built.contains(name)) {
        names.add(name);
      } else {
        throw new IllegalArgumentException("--controllers: " + name + " is not built yet");
      }
    }
    return new ControllerChoice(names);
  }
}
