package dev.javernetes.apiserver.strategy.admissionregistration;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;

/** How a webhook is reached: a URL, or a service with port and path. */
public final class WebhookClientRules {
  private static final String FORM = "; desired format: https://host[/path]";

  private WebhookClientRules() {}

  public static void applyDefaults(JsonObject clientConfig) {
    JsonObject service = clientConfig.object("service");
    if (service != null) {
      FieldRules.defaultIfAbsent(service, "port", 443L);
    }
  }

  public static void validate(JsonObject clientConfig, FieldPath path, ErrorList errors) {
    String url = clientConfig.stringOrNull("url");
    JsonObject service = clientConfig.object("service");
    if ((url == null) == (service == null)) {
      errors.required(path, "exactly one of url or service is required");
    } else if (url != null) {
      validateUrl(url, path.child("url"), errors);
    } else if (service != null) {
      validateService(service, path.child("service"), errors);
    }
  }

  private static void validateUrl(String url, FieldPath path, ErrorList errors) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException unreadable) {
      errors.required(path, "url must be a valid URL: " + unreadable.getMessage() + FORM);
      return;
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    if (!scheme.equals("https")) {
      errors.invalid(path, scheme, "'https' is the only allowed URL scheme" + FORM);
    }
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    int at = authority.lastIndexOf('@');
    if (authority.substring(at + 1).isEmpty()) {
      errors.invalid(path, "", "host must be specified" + FORM);
    }
    if (at >= 0) {
      errors.invalid(
          path, authority.substring(0, at), "user information is not permitted in the URL");
    }
    if (uri.getFragment() != null && !uri.getFragment().isEmpty()) {
      errors.invalid(path, uri.getFragment(), "fragments are not permitted in the URL");
    }
    if (uri.getRawQuery() != null && !uri.getRawQuery().isEmpty()) {
      errors.invalid(path, uri.getRawQuery(), "query parameters are not permitted in the URL");
    }
  }

  /** Upstream mixes up name and namespace here, which shows only if one of them is missing. */
  private static void validateService(JsonObject service, FieldPath path, ErrorList errors) {
    if (service.string("namespace").isEmpty()) {
      errors.required(path.child("name"), "");
    }
    if (service.string("name").isEmpty()) {
      errors.required(path.child("namespace"), "");
    }
    long port = service.integer("port");
    List<String> problems = FieldRules.portNumber(port);
    if (!problems.isEmpty()) {
      errors.invalid(path.child("port"), port, "port is not valid: " + String.join(", ", problems));
    }
    String servicePath = service.string("path");
    if (servicePath.isEmpty() || servicePath.equals("/")) {
      return;
    }
    FieldPath here = path.child("path");
    if (servicePath.equals("//")) {
      errors.invalid(here, servicePath, "segment[0] may not be empty");
      return;
    }
    if (!servicePath.startsWith("/")) {
      errors.invalid(here, servicePath, "must start with a '/'");
    }
    String rest = servicePath.substring(1);
    if (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    List<String> segments = Arrays.asList(rest.split("/", -1));
    for (int i = 0; i < segments.size(); i++) {
      if (segments.get(i).isEmpty()) {
        errors.invalid(here, servicePath, "segment[" + i + "] may not be empty");
        continue;
      }
      for (String problem : NameFormats.dnsSubdomain(segments.get(i))) {
        errors.invalid(here, servicePath, "segment[" + i + "]: " + problem);
      }
    }
  }
}
