package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import java.math.BigDecimal;
import java.util.Set;

/** What {@code cpu}, {@code hugepages-2Mi} or {@code example.com/gpu} may be used for. */
public final class ResourceNames {
  public static final String HUGE_PAGES = "hugepages-";
  private static final String NATIVE_PREFIX = "kubernetes.io/";
  private static final Set<String> CONTAINER = Set.of("cpu", "memory", "ephemeral-storage");
  private static final Set<String> QUOTA =
      Set.of(
          "cpu",
          "memory",
          "ephemeral-storage",
          "requests.cpu",
          "requests.memory",
          "requests.storage",
          "requests.ephemeral-storage",
          "limits.cpu",
          "limits.memory",
          "limits.ephemeral-storage",
          "pods",
          "resourcequotas",
          "services",
          "replicationcontrollers",
          "secrets",
          "persistentvolumeclaims",
          "configmaps",
          "services.nodeports",
          "services.loadbalancers");
  private static final Set<String> COUNTED =
      Set.of(
          "pods",
          "resourcequotas",
          "services",
          "replicationcontrollers",
          "secrets",
          "configmaps",
          "persistentvolumeclaims",
          "services.nodeports",
          "services.loadbalancers");

  private ResourceNames() {}

  public static boolean isHugePage(String name) {
    return name.startsWith(HUGE_PAGES);
  }

  public static boolean isNative(String name) {
    return name.indexOf('/') < 0 || name.contains(NATIVE_PREFIX);
  }

  public static boolean isExtended(String name) {
    return !isNative(name)
        && !name.startsWith("requests.")
        && NameFormats.qualifiedName("requests." + name).isEmpty();
  }

  public static boolean isOvercommitAllowed(String name) {
    return isNative(name) && !isHugePage(name);
  }

  public static boolean isInteger(String name) {
    return COUNTED.contains(name) || isExtended(name);
  }

  public static boolean isStandardForContainer(String name) {
    return CONTAINER.contains(name) || isHugePage(name);
  }

  public static boolean isStandardForQuota(String name) {
    return QUOTA.contains(name) || isHugePage(name) || name.startsWith("requests.hugepages-");
  }

  private static boolean isStandard(String name) {
    return isStandardForQuota(name) || name.equals("storage");
  }

  /** Whether the name is right at all; what more it must be depends on where it stands. */
  public static boolean check(String name, FieldPath path, ErrorList errors) {
    int before = errors.size();
    FieldRules.qualifiedName(name, path, errors);
    if (errors.size() == before && name.indexOf('/') < 0 && !isStandard(name)) {
      errors.invalid(path, name, "must be a standard resource type or fully qualified");
    }
    return errors.size() == before;
  }

  public static void checkForContainer(String name, FieldPath path, ErrorList errors) {
    check(name, path, errors);
    if (name.indexOf('/') < 0) {
      if (!isStandardForContainer(name)) {
        errors.invalid(path, name, "must be a standard resource for containers");
      }
    } else if (!isNative(name) && !isExtended(name)) {
      errors.invalid(path, name, "doesn't follow extended resource name standard");
    }
  }

  public static void checkForQuota(String name, FieldPath path, ErrorList errors) {
    check(name, path, errors);
    if (name.indexOf('/') < 0 && !isStandardForQuota(name)) {
      errors.invalid(path, name, "must be a standard resource for quota");
    }
  }

  /** Not negative, and whole for what is counted in pieces. */
  public static void checkValue(String name, Quantity value, FieldPath path, ErrorList errors) {
    if (value.signum() < 0) {
      errors.invalid(path, value.toString(), FieldRules.NOT_NEGATIVE);
    }
    if (isInteger(name) && value.amount().remainder(BigDecimal.ONE).signum() != 0) {
      errors.invalid(path, value.toString(), "must be an integer");
    }
  }

  /** Whether the amount is a whole number of the pages that the name speaks of. */
  public static boolean isWholePages(String name, Quantity value) {
    Quantity page = Quantity.parseOrNull(name.substring(HUGE_PAGES.length()));
    return page != null
        && page.signum() > 0
        && page.amount().remainder(BigDecimal.ONE).signum() == 0
        && value.value() % page.value() == 0;
  }
}
