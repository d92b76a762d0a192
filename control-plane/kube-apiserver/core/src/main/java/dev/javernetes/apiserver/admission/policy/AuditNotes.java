package dev.javernetes.apiserver.admission.policy;

import dev.javernetes.apiserver.access.AdmissionRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What policies note in the audit event; several bindings' values for a key stand side by side. */
final class AuditNotes {
  private static final int MAX_BYTES = 10 * 1024;

  private final Map<String, Set<String>> values = new LinkedHashMap<>();

  void add(String policy, String key, String value) {
    if (!value.isEmpty()) {
      values.computeIfAbsent(policy + "/" + key, unused -> new LinkedHashSet<>()).add(cut(value));
    }
  }

  private static String cut(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= MAX_BYTES
        ? value
        : new String(bytes, 0, MAX_BYTES, StandardCharsets.UTF_8);
  }

  void publish(AdmissionRequest request) {
    values.forEach((key, noted) -> request.auditAnnotations().put(key, String.join(", ", noted)));
  }
}
