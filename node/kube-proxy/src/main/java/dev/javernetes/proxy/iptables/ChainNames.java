package dev.javernetes.proxy.iptables;

import dev.javernetes.proxy.rules.Endpoint;
import dev.javernetes.proxy.rules.ServicePort;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Names of chains: {@code KUBE-SVC-ABCDEFGHIJKLMNOP}. A name has at most 28 characters, so what it
 * stands for is hashed.
 *
 * @param prefix {@code KUBE}, as upstream; another one for a second cluster on the same machine
 */
public record ChainNames(String prefix) {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int HASH_LETTERS = 16;

  public ChainNames {
    if (!prefix.matches("[A-Z][A-Z0-9]{0,6}")) {
      throw new IllegalArgumentException(
          "a chain prefix is one to seven capital letters and digits: " + prefix);
    }
  }

  String services() {
    return prefix + "-SERVICES";
  }

  String externalServices() {
    return prefix + "-EXTERNAL-SERVICES";
  }

  String nodePorts() {
    return prefix + "-NODEPORTS";
  }

  String postrouting() {
    return prefix + "-POSTROUTING";
  }

  String markMasquerade() {
    return prefix + "-MARK-MASQ";
  }

  String forward() {
    return prefix + "-FORWARD";
  }

  String firewall() {
    return prefix + "-PROXY-FIREWALL";
  }

  /** Endpoints for traffic from inside, or from anywhere if there is no difference. */
  String service(ServicePort port) {
    return prefix + "-SVC-" + hash(port.id() + port.protocol());
  }

  /** Endpoints of this node only. */
  String local(ServicePort port) {
    return prefix + "-SVL-" + hash(port.id() + port.protocol());
  }

  /** The way in from outside. */
  String external(ServicePort port) {
    return prefix + "-EXT-" + hash(port.id() + port.protocol());
  }

  String endpoint(ServicePort port, Endpoint endpoint) {
    return prefix + "-SEP-" + hash(port.id() + port.protocol() + endpoint.address());
  }

  private static String hash(String text) {
    byte[] digest;
    try {
      digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) { // every JDK has SHA-256
      throw new IllegalStateException(impossible);
    }
    StringBuilder letters = new StringBuilder(HASH_LETTERS);
    for (int i = 0; i < HASH_LETTERS; i++) {
      int bit = i * 5;
      int pair = (digest[bit / 8] & 0xff) << 8 | digest[bit / 8 + 1] & 0xff;
      letters.append(BASE32.charAt(pair >> (11 - bit % 8) & 31));
    }
    return letters.toString();
  }
}
