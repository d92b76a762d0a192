package dev.javernetes.kubelet.container;

import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bytes of a Secret's {@code data} and a ConfigMap's {@code binaryData}: base64 in the API. */
public final class SecretData {
  private SecretData() {}

  /** Null where there is no such key; empty where its value is not base64. */
  public static byte @Nullable [] get(Map<String, String> data, String key) {
    String value = data.get(key);
    if (value == null) {
      return null;
    }
    try {
      return Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException broken) {
      return new byte[0]; // the API server would not have stored it
    }
  }
}
