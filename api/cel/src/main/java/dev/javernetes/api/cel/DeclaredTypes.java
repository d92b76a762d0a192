package dev.javernetes.api.cel;

import com.google.common.collect.ImmutableSet;
import dev.cel.checker.TypeProvider;
import dev.cel.common.types.CelProtoTypes;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.common.types.TypeType;
import dev.cel.expr.Type;
import dev.javernetes.api.cel.types.DeclaredType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells the checker which fields objects have. */
final class DeclaredTypes implements TypeProvider {
  private final Map<String, DeclaredType> objects = new LinkedHashMap<>();
  private final boolean patching;

  /**
   * @param patching whether {@code Object.…{}}, which takes any field, and {@code JSONPatch{}} may
   *     be written
   */
  DeclaredTypes(List<DeclaredType> types, boolean patching) {
    this.patching = patching;
    types.forEach(type -> objects.putAll(type.objects()));
  }

  private boolean isOpen(String name) {
    return patching && (name.equals("Object") || name.startsWith("Object."));
  }

  private boolean isPatch(String name) {
    return patching && name.equals("JSONPatch");
  }

  @Override
  public Optional<CelType> lookupCelType(String name) {
    return objects.containsKey(name) || isOpen(name) || isPatch(name)
        ? Optional.of(StructTypeReference.create(name))
        : Optional.empty();
  }

  @Override
  public @Nullable Type lookupType(String name) {
    return lookupCelType(name)
        .map(type -> CelProtoTypes.celTypeToType(TypeType.create(type)))
        .orElse(null);
  }

  private @Nullable CelType fieldType(String type, String field) {
    if (isOpen(type)) {
      return SimpleType.DYN;
    }
    if (isPatch(type)) {
      return switch (field) {
        case "op", "path", "from" -> SimpleType.STRING;
        default -> SimpleType.DYN;
      };
    }
    DeclaredType object = objects.get(type);
    if (object == null || object.fields() == null) {
      return null;
    }
    DeclaredType.Field found = object.fields().get(field);
    if (found == null) {
      // a keyword may be selected as it is: request.namespace
      found = object.fields().get("__" + field + "__");
    }
    return found == null ? null : found.type().celType();
  }

  @Override
  public @Nullable FieldType lookupFieldType(CelType type, String field) {
    CelType found = fieldType(type.name(), field);
    return found == null ? null : FieldType.of(CelProtoTypes.celTypeToType(found));
  }

  @Override
  public @Nullable FieldType lookupFieldType(Type type, String field) {
    return lookupFieldType(CelProtoTypes.typeToCelType(type), field);
  }

  @Override
  public @Nullable ImmutableSet<String> lookupFieldNames(Type type) {
    DeclaredType object = objects.get(type.getMessageType());
    return object == null || object.fields() == null
        ? null
        : ImmutableSet.copyOf(object.fields().keySet());
  }

  @Override
  public @Nullable Integer lookupEnumValue(String name) {
    return null;
  }

  @Override
  public @Nullable ExtensionFieldType lookupExtensionType(String name) {
    return null;
  }
}
