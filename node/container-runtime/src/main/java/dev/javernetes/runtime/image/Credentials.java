package dev.javernetes.runtime.image;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a registry is shown to let us in. */
public sealed interface Credentials {
  Credentials NONE = new None();

  record None() implements Credentials {}

  record Basic(String username, String password) implements Credentials {
    String header() {
      byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String toString() {
      return "Basic[" + username + "]";
    }
  }

  /** An OAuth 2 refresh token, which the token server trades for an access token. */
  record Identity(String token) implements Credentials {
    @Override
    public String toString() {
      return "Identity[…]";
    }
  }

  /** A bearer token for the registry itself. */
  record Bearer(String token) implements Credentials {
    @Override
    public String toString() {
      return "Bearer[…]";
    }
  }

  /** The fields of CRI's AuthConfig and of an entry of docker's config.json alike. */
  static Credentials of(
      String username, String password, String auth, String identityToken, String registryToken) {
    if (!registryToken.isEmpty()) {
      return new Bearer(registryToken);
    }
    if (!identityToken.isEmpty()) {
      return new Identity(identityToken);
    }
    if (!username.isEmpty()) {
      return new Basic(username, password);
    }
    if (!auth.isEmpty()) {
      String pair = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException("registry auth is not user:password in base64");
      }
      // docker pads with zeros
      return new Basic(pair.substring(0, colon), pair.substring(colon + 1).replace("\0", ""));
    }
    return NONE;
  }
}
