package dev.javernetes.scheduler.framework;

/** A port of the node's own that a pod takes; {@code 0.0.0.0} takes it on every address. */
public record HostPort(String ip, String protocol, int port) {
  private static final String ANY = "0.0.0.0";

  static HostPort of(String ip, String protocol, int port) {
    return new HostPort(ip.isEmpty() ? ANY : ip, protocol.isEmpty() ? "TCP" : protocol, port);
  }

  public boolean conflictsWith(HostPort other) {
    return port == other.port
        && protocol.equals(other.protocol)
        && (ip.equals(other.ip) || ip.equals(ANY) || other.ip.equals(ANY));
  }
}
