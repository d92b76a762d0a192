package dev.javernetes.api.cel;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.javernetes.api.cel.library.Kinds;
import dev.javernetes.api.cel.types.DeclaredType;
import dev.javernetes.api.cel.types.ObjectShapes;
import java.util.List;

/**
 * Expressions that choose devices (KEP-4381): {@code device.driver == 'd.example.com' &&
 * device.attributes['d.example.com'].model == 'a'}.
 */
public final class DeviceSelectors {
  private static final long MAX_COST = 1_000_000;
  private static final long DOMAIN_LENGTH = 63;
  private static final long ID_LENGTH = 32;
  private static final long VALUE_LENGTH = 64;
  private static final long ENTRIES = 32;

  private static final DeclaredType VALUE = simple(SimpleType.ANY, VALUE_LENGTH);
  private static final DeclaredType ATTRIBUTES = map(ID_LENGTH, VALUE);
  private static final DeclaredType DEVICE =
      ObjectShapes.object("kubernetes.DRADevice")
          .with("driver", simple(SimpleType.STRING, DOMAIN_LENGTH))
          .with("attributes", map(DOMAIN_LENGTH, ATTRIBUTES))
          .with("capacity", map(DOMAIN_LENGTH, map(ID_LENGTH, simple(Kinds.QUANTITY, 0))))
          .with("allowMultipleAllocations", simple(SimpleType.BOOL, 1))
          .make();
  private static final Environment ENVIRONMENT =
      Environment.builder().variable("device", DEVICE).bindings().build();

  private DeviceSelectors() {}

  private static DeclaredType simple(CelType type, long maxElements) {
    return new DeclaredType(type.name(), type, null, null, null, maxElements, 1);
  }

  private static DeclaredType map(long keyLength, DeclaredType element) {
    return new DeclaredType(
        "map",
        MapType.create(SimpleType.STRING, element.celType()),
        null,
        simple(SimpleType.STRING, keyLength),
        element,
        ENTRIES,
        2);
  }

  /** Fails with upstream's words if the expression is wrong. */
  public static Compiled compile(String expression) throws CompileException {
    Compiled compiled = ENVIRONMENT.compile(expression);
    CelKind kind = compiled.type().kind();
    if (kind != CelKind.BOOL && kind != CelKind.ANY) {
      throw CompileException.plain(
          "must evaluate to bool or the unknown type, not " + compiled.typeName());
    }
    return compiled;
  }

  public static boolean isTooComplex(Compiled selector) {
    return selector.maxCost(DeviceSelectors::size) > MAX_COST;
  }

  private static @org.jspecify.annotations.Nullable Long size(List<String> path) {
    if (path.isEmpty() || !path.getFirst().equals("device")) {
      return null;
    }
    DeclaredType at = DEVICE;
    for (String name : path.subList(1, path.size())) {
      DeclaredType next;
      switch (name) {
        case "@items", "@values" -> next = at.element();
        case "@keys" -> next = at.key();
        default -> {
          DeclaredType.Field field = at.fields() == null ? null : at.fields().get(name);
          // all attributes are bounded alike, whatever they are called
          next = field != null ? field.type() : at == ATTRIBUTES ? VALUE : null;
        }
      }
      if (next == null) {
        return null;
      }
      at = next;
    }
    return at.maxElements();
  }
}
