package dev.javernetes.apiserver.strategy.networking;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import java.util.ArrayList;
import java.util.List;

/** NetworkPolicy. */
final class NetworkPolicyStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final List<String> PROTOCOLS = List.of("TCP", "UDP", "SCTP");

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public void applyDefaults(JsonObject policy) {
    JsonObject spec = policy.ensureObject("spec");
    for (String direction : List.of("ingress", "egress")) {
      for (JsonObject rule : spec.objects(direction)) {
        rule.objects("ports").forEach(port -> FieldRules.defaultIfAbsent(port, "protocol", "TCP"));
      }
    }
    if (spec.strings("policyTypes").isEmpty()) {
      List<Object> types = new ArrayList<>(List.of("Ingress"));
      if (!spec.objects("egress").isEmpty()) {
        types.add("Egress");
      }
      spec.put("policyTypes", types);
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject policy, ErrorList errors) {
    validate(policy.objectOrEmpty("spec"), List.of(), errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject policy, JsonObject old, ErrorList errors) {
    List<String> known = new ArrayList<>();
    for (String[] direction : new String[][] {{"ingress", "from"}, {"egress", "to"}}) {
      for (JsonObject rule : old.objectOrEmpty("spec").objects(direction[0])) {
        for (JsonObject peer : rule.objects(direction[1])) {
          known.add(peer.objectOrEmpty("ipBlock").string("cidr"));
          known.addAll(peer.objectOrEmpty("ipBlock").strings("except"));
        }
      }
    }
    validate(policy.objectOrEmpty("spec"), known, errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject policy) {
    List<String> warnings = new ArrayList<>();
    for (String[] direction : new String[][] {{"ingress", "from"}, {"egress", "to"}}) {
      List<JsonObject> rules = policy.objectOrEmpty("spec").objects(direction[0]);
      for (int i = 0; i < rules.size(); i++) {
        List<JsonObject> peers = rules.get(i).objects(direction[1]);
        for (int j = 0; j < peers.size(); j++) {
          if (peers.get(j).object("ipBlock") instanceof JsonObject block) {
            FieldPath path =
                SPEC.child(direction[0]).index(i).child(direction[1]).index(j).child("ipBlock");
            warnOfBlock(block, path, warnings);
          }
        }
      }
    }
    return warnings;
  }

  private static void warnOfBlock(JsonObject block, FieldPath path, List<String> warnings) {
    IpRules.warnCidr(block.string("cidr"), path.child("cidr"), warnings);
    List<String> excepts = block.strings("except");
    for (int i = 0; i < excepts.size(); i++) {
      IpRules.warnCidr(excepts.get(i), path.child("except").index(i), warnings);
    }
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject policy, JsonObject old) {
    return warningsOnCreate(context, policy);
  }

  private static void validate(JsonObject spec, List<String> knownRanges, ErrorList errors) {
    FieldRules.labelSelector(spec.object("podSelector"), SPEC.child("podSelector"), errors);
    for (String[] direction : new String[][] {{"ingress", "from"}, {"egress", "to"}}) {
      List<JsonObject> rules = spec.objects(direction[0]);
      for (int i = 0; i < rules.size(); i++) {
        FieldPath path = SPEC.child(direction[0]).index(i);
        List<JsonObject> ports = rules.get(i).objects("ports");
        for (int j = 0; j < ports.size(); j++) {
          validatePort(ports.get(j), path.child("ports").index(j), errors);
        }
        List<JsonObject> peers = rules.get(i).objects(direction[1]);
        for (int j = 0; j < peers.size(); j++) {
          validatePeer(peers.get(j), knownRanges, path.child(direction[1]).index(j), errors);
        }
      }
    }
    List<String> types = spec.strings("policyTypes");
    if (types.size() > 2) {
      errors.invalid(
          SPEC.child("policyTypes"),
          spec.get("policyTypes"),
          "may not specify more than two policyTypes");
      return;
    }
    for (int i = 0; i < types.size(); i++) {
      FieldRules.supported(
          types.get(i), List.of("Ingress", "Egress"), SPEC.child("policyTypes").index(i), errors);
    }
  }

  private static void validatePort(JsonObject port, FieldPath path, ErrorList errors) {
    String protocol = port.stringOrNull("protocol");
    if (protocol != null) {
      FieldRules.supported(protocol, PROTOCOLS, path.child("protocol"), errors);
    }
    Long end = port.integerOrNull("endPort");
    FieldPath endPath = path.child("endPort");
    switch (port.get("port")) {
      case String name -> {
        if (end != null) {
          errors.invalid(endPath, end, "may not be specified when `port` is non-numeric");
        }
        FieldRules.invalid(FieldRules.portName(name), path.child("port"), name, errors);
      }
      case Number number -> {
        long start = number.longValue();
        FieldRules.invalid(FieldRules.portNumber(start), path.child("port"), start, errors);
        if (end != null) {
          if (end < start) {
            errors.invalid(endPath, start, "must be greater than or equal to `port`");
          }
          FieldRules.invalid(FieldRules.portNumber(end), endPath, end, errors);
        }
      }
      case null, default -> {
        if (end != null) {
          errors.invalid(endPath, end, "may not be specified when `port` is not specified");
        }
      }
    }
  }

  private static void validatePeer(
      JsonObject peer, List<String> knownRanges, FieldPath path, ErrorList errors) {
    int count = 0;
    for (String selector : List.of("podSelector", "namespaceSelector")) {
      if (peer.has(selector)) {
        count++;
        FieldRules.labelSelector(peer.object(selector), path.child(selector), errors);
      }
    }
    JsonObject block = peer.object("ipBlock");
    if (block != null) {
      count++;
      validateBlock(block, knownRanges, path.child("ipBlock"), errors);
    }
    if (count == 0) {
      errors.required(path, "must specify a peer");
    } else if (count > 1 && block != null) {
      errors.forbidden(path, "may not specify both ipBlock and another peer");
    }
  }

  private static void validateBlock(
      JsonObject block, List<String> knownRanges, FieldPath path, ErrorList errors) {
    String cidr = block.string("cidr");
    if (cidr.isEmpty()) {
      errors.required(path.child("cidr"), "");
      return;
    }
    IpRules.cidr(cidr, knownRanges, path.child("cidr"), errors);
    AddressRange range = AddressRange.parse(cidr);
    if (range == null) {
      return;
    }
    List<String> excepts = block.strings("except");
    for (int i = 0; i < excepts.size(); i++) {
      FieldPath here = path.child("except").index(i);
      IpRules.cidr(excepts.get(i), knownRanges, here, errors);
      AddressRange except = AddressRange.parse(excepts.get(i));
      if (except != null && !range.strictlyContains(except)) {
        errors.invalid(here, excepts.get(i), "must be a strict subset of `cidr`");
      }
    }
  }
}
