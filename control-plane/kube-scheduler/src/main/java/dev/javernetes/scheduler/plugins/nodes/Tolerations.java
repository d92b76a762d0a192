package dev.javernetes.scheduler.plugins.nodes;

import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.api.model.core.v1.Toleration;
import java.util.Collection;

/** Which taints a list of tolerations puts up with. */
public final class Tolerations {
  private Tolerations() {}

  public static boolean tolerate(Collection<Toleration> tolerations, Taint taint) {
    for (Toleration toleration : tolerations) {
      if (tolerates(toleration, taint)) {
        return true;
      }
    }
    return false;
  }

  /** An empty effect stands for all effects; an empty key with Exists for all keys. */
  private static boolean tolerates(Toleration toleration, Taint taint) {
    if (!toleration.effect().isEmpty() && !toleration.effect().equals(taint.effect())) {
      return false;
    }
    if (!toleration.key().isEmpty() && !toleration.key().equals(taint.key())) {
      return false;
    }
    return switch (toleration.operator()) {
      case "", "Equal" -> !toleration.key().isEmpty() && toleration.value().equals(taint.value());
      case "Exists" -> true;
      case "Lt" -> compare(taint.value(), toleration.value()) < 0;
      case "Gt" -> compare(taint.value(), toleration.value()) > 0;
      default -> false;
    };
  }

  /** KEP-5471: values that are not whole numbers are never less or greater. */
  private static int compare(String taint, String toleration) {
    try {
      return Long.compare(Long.parseLong(taint), Long.parseLong(toleration));
    } catch (NumberFormatException notNumbers) {
      return 0;
    }
  }
}
