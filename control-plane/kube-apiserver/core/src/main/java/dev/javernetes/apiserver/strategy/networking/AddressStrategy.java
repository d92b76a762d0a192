package dev.javernetes.apiserver.strategy.networking;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.ObjectMetaRules.NameRule;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import java.util.List;

/** IPAddress, whose name is the address in its one canonical form. */
final class AddressStrategy implements Strategy {
  private static final FieldPath PARENT = FieldPath.of("spec", "parentRef");

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE, MetadataCheck.UPDATE);
  }

  @Override
  public NameRule nameRule() {
    return (name, prefix) -> problems(name);
  }

  private static List<String> problems(String name) {
    ErrorList errors = new ErrorList();
    IpRules.address(name, FieldPath.ROOT, errors);
    if (!errors.isEmpty()) {
      return List.of(errors.asList().getFirst().detail());
    }
    IpRules.Address address = IpRules.parse(name);
    String canonical = address == null ? name : CanonicalAddress.text(address.bytes());
    return canonical.equals(name)
        ? List.of()
        : List.of("must be in canonical form (" + GoQuote.quote(canonical) + ")");
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject address, ErrorList errors) {
    JsonObject parent = address.objectOrEmpty("spec").object("parentRef");
    if (parent == null) {
      errors.required(PARENT, "");
      return;
    }
    String group = parent.string("group");
    if (!group.isEmpty()) {
      FieldRules.dnsSubdomain(group, PARENT.child("group"), errors);
    }
    ObjectReferences.segment(parent.string("resource"), PARENT.child("resource"), errors);
    ObjectReferences.segment(parent.string("name"), PARENT.child("name"), errors);
    String namespace = parent.string("namespace");
    if (!namespace.isEmpty()) {
      FieldRules.invalid(
          NameFormats.pathSegment(namespace), PARENT.child("namespace"), namespace, errors);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject address, JsonObject old, ErrorList errors) {
    FieldRules.immutable(
        "networking.ParentReference",
        address.objectOrEmpty("spec").get("parentRef"),
        old.objectOrEmpty("spec").get("parentRef"),
        PARENT,
        errors);
  }
}
