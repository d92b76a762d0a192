package dev.javernetes.apiserver.strategy.networking;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import dev.javernetes.apiserver.strategy.StatusOnly;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ingress. */
final class IngressStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
  private static final String WILDCARD =
      "\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
  private static final Pattern WILDCARD_PATTERN = Pattern.compile(WILDCARD);
  private static final List<String> BAD_SEQUENCES = List.of("//", "/./", "/../", "%2f", "%2F");
  private static final Strategy STATUS =
      StatusOnly.of(IngressStrategy::validateStatus).warning(IngressStrategy::statusWarnings);

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject ingress) {
    ingress.remove("status");
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject ingress, JsonObject old) {
    StatusOnly.restore(ingress, "status", old.get("status"));
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
  public void validateCreate(StrategyContext context, JsonObject ingress, ErrorList errors) {
    JsonObject spec = ingress.objectOrEmpty("spec");
    validate(spec, false, errors);
    JsonObject annotations = ingress.objectOrEmpty("metadata").objectOrEmpty("annotations");
    String className = spec.stringOrNull("ingressClassName");
    if (annotations.has(CLASS_ANNOTATION)
        && className != null
        && !annotations.string(CLASS_ANNOTATION).equals(className)) {
      errors.invalid(
          FieldPath.of("annotations", CLASS_ANNOTATION),
          annotations.string(CLASS_ANNOTATION),
          "must match `ingressClassName` when both are specified");
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject ingress, JsonObject old, ErrorList errors) {
    boolean badSecretKnown =
        old.objectOrEmpty("spec").objects("tls").stream()
            .map(tls -> tls.string("secretName"))
            .anyMatch(name -> !name.isEmpty() && !NameFormats.isDnsSubdomain(name));
    validate(ingress.objectOrEmpty("spec"), badSecretKnown, errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject ingress) {
    return ingress.objectOrEmpty("metadata").objectOrEmpty("annotations").has(CLASS_ANNOTATION)
            && !ingress.objectOrEmpty("spec").has("ingressClassName")
        ? List.of(
            "annotation \"kubernetes.io/ingress.class\" is deprecated, please use"
                + " 'spec.ingressClassName' instead")
        : List.of();
  }

  private static void validate(JsonObject spec, boolean badSecretKnown, ErrorList errors) {
    List<JsonObject> rules = spec.objects("rules");
    JsonObject defaultBackend = spec.object("defaultBackend");
    if (rules.isEmpty() && defaultBackend == null) {
      errors.invalid(
          SPEC, spec.get("rules"), "either `defaultBackend` or `rules` must be specified");
    }
    if (defaultBackend != null) {
      validateBackend(defaultBackend, SPEC.child("defaultBackend"), errors);
    }
    for (int i = 0; i < rules.size(); i++) {
      validateRule(rules.get(i), SPEC.child("rules").index(i), errors);
    }
    List<JsonObject> tls = spec.objects("tls");
    for (int i = 0; i < tls.size(); i++) {
      FieldPath path = SPEC.child("tls").index(i);
      List<String> hosts = tls.get(i).strings("hosts");
      for (int j = 0; j < hosts.size(); j++) {
        validateHost(hosts.get(j), path.child("hosts").index(j), errors);
      }
      String secret = tls.get(i).string("secretName");
      if (!badSecretKnown && !secret.isEmpty()) {
        FieldRules.dnsSubdomain(secret, path.child("secretName"), errors);
      }
    }
    String className = spec.stringOrNull("ingressClassName");
    if (className != null) {
      FieldRules.dnsSubdomain(className, SPEC.child("ingressClassName"), errors);
    }
  }

  private static void validateHost(String host, FieldPath path, ErrorList errors) {
    if (host.indexOf('*') < 0) {
      FieldRules.dnsSubdomain(host, path, errors);
    } else if (!WILDCARD_PATTERN.matcher(host).matches()) {
      errors.invalid(
          path,
          host,
          NameFormats.regexError(
              "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS"
                  + " subdomain, which must consist of lower case alphanumeric characters, '-' or"
                  + " '.' and end with an alphanumeric character",
              WILDCARD,
              "*.example.com"));
    }
  }

  private static void validateRule(JsonObject rule, FieldPath path, ErrorList errors) {
    String host = rule.string("host");
    if (!host.isEmpty()) {
      if (IpRules.isAddress(host)) {
        errors.invalid(path.child("host"), host, "must be a DNS name, not an IP address");
      }
      validateHost(host, path.child("host"), errors);
    }
    JsonObject http = rule.object("http");
    if (http == null) {
      return;
    }
    List<JsonObject> paths = http.objects("paths");
    if (paths.isEmpty()) {
      errors.required(path.child("http", "paths"), "");
    }
    for (int i = 0; i < paths.size(); i++) {
      validatePath(paths.get(i), path.child("http", "paths").index(i), errors);
    }
  }

  private static void validatePath(JsonObject entry, FieldPath path, ErrorList errors) {
    String type = entry.stringOrNull("pathType");
    if (type == null) {
      errors.required(path.child("pathType"), "pathType must be specified");
      return;
    }
    String value = entry.string("path");
    FieldPath pathPath = path.child("path");
    switch (type) {
      case "Exact", "Prefix" -> {
        if (!value.startsWith("/")) {
          errors.invalid(pathPath, value, "must be an absolute path");
        }
        for (String bad : BAD_SEQUENCES) {
          if (value.contains(bad)) {
            errors.invalid(pathPath, value, "must not contain '" + bad + "'");
          }
        }
        for (String bad : List.of("/..", "/.")) {
          if (value.endsWith(bad)) {
            errors.invalid(pathPath, value, "cannot end with '" + bad + "'");
          }
        }
      }
      case "ImplementationSpecific" -> {
        if (!value.isEmpty() && !value.startsWith("/")) {
          errors.invalid(pathPath, value, "must be an absolute path");
        }
      }
      default ->
          errors.notSupported(
              path.child("pathType"), type, List.of("Exact", "ImplementationSpecific", "Prefix"));
    }
    validateBackend(entry.objectOrEmpty("backend"), path.child("backend"), errors);
  }

  private static void validateBackend(JsonObject backend, FieldPath path, ErrorList errors) {
    JsonObject resource = backend.object("resource");
    JsonObject service = backend.object("service");
    if (resource != null && service != null) {
      errors.invalid(path, "", "cannot set both resource and service backends");
      return;
    }
    if (resource != null) {
      ObjectReferences.validate(resource, path.child("resource"), errors);
      return;
    }
    if (service == null) {
      errors.invalid(path, "", "resource or service backend is required");
      return;
    }
    FieldPath namePath = path.child("service", "name");
    String name = service.string("name");
    if (name.isEmpty()) {
      errors.required(namePath, "");
    } else {
      FieldRules.dnsLabel(name, namePath, errors);
    }
    JsonObject port = service.objectOrEmpty("port");
    String portName = port.string("name");
    long number = port.integer("number");
    if (!portName.isEmpty() && number != 0) {
      errors.invalid(path, "", "cannot set both port name & port number");
    } else if (!portName.isEmpty()) {
      FieldRules.invalid(
          FieldRules.portName(portName), path.child("service", "port", "name"), portName, errors);
    } else if (number != 0) {
      FieldRules.invalid(
          FieldRules.portNumber(number), path.child("service", "port", "number"), number, errors);
    } else {
      errors.required(path, "port name or number is required");
    }
  }

  private static List<String> statusWarnings(JsonObject ingress) {
    List<String> warnings = new ArrayList<>();
    List<JsonObject> entries =
        ingress.objectOrEmpty("status").objectOrEmpty("loadBalancer").objects("ingress");
    for (int i = 0; i < entries.size(); i++) {
      IpRules.warn(
          entries.get(i).string("ip"),
          FieldPath.of("status", "loadBalancer", "ingress").index(i),
          warnings);
    }
    return warnings;
  }

  private static void validateStatus(JsonObject ingress, JsonObject old, ErrorList errors) {
    List<String> known =
        old.objectOrEmpty("status").objectOrEmpty("loadBalancer").objects("ingress").stream()
            .map(entry -> entry.string("ip"))
            .toList();
    List<JsonObject> entries =
        ingress.objectOrEmpty("status").objectOrEmpty("loadBalancer").objects("ingress");
    for (int i = 0; i < entries.size(); i++) {
      FieldPath path = FieldPath.of("status", "loadBalancer", "ingress").index(i);
      String ip = entries.get(i).string("ip");
      if (!ip.isEmpty()) {
        IpRules.address(ip, known, path.child("ip"), errors);
      }
      String hostname = entries.get(i).string("hostname");
      if (!hostname.isEmpty()) {
        FieldRules.dnsSubdomain(hostname, path.child("hostname"), errors);
        if (IpRules.isAddress(hostname)) {
          errors.invalid(path.child("hostname"), hostname, "must be a DNS name, not an IP address");
        }
      }
    }
  }
}
