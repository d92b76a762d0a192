package dev.javernetes.proxy.rules;

/**
 * An address that serves a port.
 *
 * @param local whether it is on this node
 * @param ready takes new connections; one that is not ready but {@code serving} is on its way out
 *     and is used if no other is left (KEP-1669)
 */
public record Endpoint(
    String ip, int port, boolean local, boolean ready, boolean serving, boolean terminating)
    implements Comparable<Endpoint> {

  @Override
  public int compareTo(Endpoint other) {
    int byIp = ip.compareTo(other.ip);
    return byIp != 0 ? byIp : Integer.compare(port, other.port);
  }

  /** {@code 10.244.0.7:8080}, {@code [fd00::7]:8080}. */
  public String address() {
    return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + port;
  }
}
