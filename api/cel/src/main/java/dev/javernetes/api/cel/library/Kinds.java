package dev.javernetes.api.cel.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructTypeReference;

/** The types that libraries speak of. */
public final class Kinds {
  public static final CelType STRING = SimpleType.STRING;
  public static final CelType INT = SimpleType.INT;
  public static final CelType DOUBLE = SimpleType.DOUBLE;
  public static final CelType BOOL = SimpleType.BOOL;
  public static final CelType DYN = SimpleType.DYN;
  public static final CelType IP = OpaqueType.create("net.IP");
  public static final CelType CIDR = OpaqueType.create("net.CIDR");
  public static final CelType URL = StructTypeReference.create("kubernetes.URL");
  public static final CelType QUANTITY = StructTypeReference.create("kubernetes.Quantity");
  public static final CelType SEMVER = StructTypeReference.create("kubernetes.Semver");
  public static final CelType FORMAT = StructTypeReference.create("kubernetes.NamedFormat");
  public static final CelType AUTHORIZER =
      StructTypeReference.create("kubernetes.authorization.Authorizer");
  public static final CelType PATH_CHECK =
      StructTypeReference.create("kubernetes.authorization.PathCheck");
  public static final CelType GROUP_CHECK =
      StructTypeReference.create("kubernetes.authorization.GroupCheck");
  public static final CelType RESOURCE_CHECK =
      StructTypeReference.create("kubernetes.authorization.ResourceCheck");
  public static final CelType DECISION =
      StructTypeReference.create("kubernetes.authorization.Decision");

  private Kinds() {}

  static CelType list(CelType of) {
    return ListType.create(of);
  }

  static CelType optional(CelType of) {
    return OptionalType.create(of);
  }
}
