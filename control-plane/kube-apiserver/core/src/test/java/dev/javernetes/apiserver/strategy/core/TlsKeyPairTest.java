package dev.javernetes.apiserver.strategy.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class TlsKeyPairTest {
  @Test
  void saysWhatGoSays() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] key = pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    assertThat(TlsKeyPair.problem(bytes("garbage"), bytes("")))
        .isEqualTo("tls: failed to find any PEM data in certificate input");
    assertThat(TlsKeyPair.problem(key, key))
        .isEqualTo(
            "tls: failed to find certificate PEM data in certificate input, but did find a private"
                + " key; PEM inputs may have been switched");
    byte[] certificate = pem("CERTIFICATE", new byte[] {1, 2, 3});
    assertThat(TlsKeyPair.problem(certificate, bytes("")))
        .isEqualTo("tls: failed to find any PEM data in key input");
    assertThat(TlsKeyPair.problem(certificate, certificate))
        .isEqualTo("tls: found a certificate rather than a key in the PEM for the private key");
    assertThat(TlsKeyPair.problem(certificate, key)).isEqualTo("x509: malformed certificate");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] pem(String type, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return bytes("-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
  }
}
