package dev.javernetes.apiserver.strategy.networking;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import dev.javernetes.apiserver.strategy.StatusOnly;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ServiceCIDR: a range may get a second one of the other family, and change in nothing else. */
final class ServiceRangeStrategy implements Strategy {
  private static final FieldPath CIDRS = FieldPath.of("spec", "cidrs");
  private static final Strategy STATUS = StatusOnly.of(StatusOnly.Check.NONE);

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject range) {
    range.remove("status");
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject range, JsonObject old) {
    StatusOnly.restore(range, "status", old.get("status"));
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") ? STATUS : null;
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject range, ErrorList errors) {
    List<String> cidrs = range.objectOrEmpty("spec").strings("cidrs");
    if (cidrs.isEmpty()) {
      errors.required(CIDRS, "at least one CIDR required");
      return;
    }
    if (cidrs.size() > 2) {
      errors.invalid(
          CIDRS,
          JsonObject.of("CIDRs", new ArrayList<Object>(cidrs)),
          "may only hold up to 2 values");
      return;
    }
    for (int i = 0; i < cidrs.size(); i++) {
      IpRules.canonicalCidr(cidrs.get(i), CIDRS.index(i), errors);
    }
    if (cidrs.size() == 2) {
      AddressRange first = AddressRange.parse(cidrs.get(0));
      AddressRange second = AddressRange.parse(cidrs.get(1));
      if (first != null && second != null && first.isV4() == second.isV4()) {
        errors.invalid(
            CIDRS,
            new ArrayList<Object>(cidrs),
            "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and"
                + " 2001:db8::/64");
      }
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject range, JsonObject old, ErrorList errors) {
    List<String> now = range.objectOrEmpty("spec").strings("cidrs");
    List<String> before = old.objectOrEmpty("spec").strings("cidrs");
    boolean grows = before.size() == 1 && now.size() == 2;
    if (now.size() != before.size() && !grows) {
      errors.invalid(CIDRS, new ArrayList<Object>(now), FieldRules.IMMUTABLE);
      return;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).equals(now.get(i))) {
        errors.invalid(CIDRS.index(i), now.get(i), FieldRules.IMMUTABLE);
      }
    }
    if (grows) {
      validateCreate(context, range, errors);
    }
  }
}
