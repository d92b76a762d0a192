package dev.javernetes.launch;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/** The addresses and ports of one cluster: chosen at its first start, the same ever after. */
record NetworkPlan(
    int apiServerPort,
    int kubeletPort,
    String podCidr,
    String serviceCidr,
    String bridge,
    String chainPrefix,
    InetAddress advertiseAddress,
    List<InetAddress> nodeAddresses) {

  private static final int FIRST_PORT = 6443;
  private static final int PORTS_TRIED = 100;

  NetworkPlan {
    nodeAddresses = List.copyOf(nodeAddresses);
  }

  static NetworkPlan of(ClusterOptions options, Slot slot) {
    Properties settings = options.directory().settings();
    int port = options.port();
    if (port == 0) {
      String before = settings.getProperty("apiserver-port");
      port = before == null ? freePort() : Integer.parseInt(before);
    }
    settings.setProperty("apiserver-port", Integer.toString(port));
    settings.setProperty("pod-cidr", settings.getProperty("pod-cidr", slot.podCidr()));
    settings.setProperty("service-cidr", settings.getProperty("service-cidr", slot.serviceCidr()));
    if (options.runtimeEndpoint() != null) {
      settings.setProperty(DataDirectory.RUNTIME_ENDPOINT, options.runtimeEndpoint());
    } else {
      settings.remove(DataDirectory.RUNTIME_ENDPOINT);
    }
    options.directory().writeSettings(settings);
    List<InetAddress> own = ownAddresses(slot);
    Set<InetAddress> named = new LinkedHashSet<>(own);
    named.add(address("127.0.0.1"));
    return new NetworkPlan(
        port,
        slot.kubeletPort(),
        settings.getProperty("pod-cidr"),
        settings.getProperty("service-cidr"),
        slot.bridge(),
        slot.chainPrefix(),
        own.isEmpty() ? address("127.0.0.1") : own.getFirst(),
        new ArrayList<>(named));
  }

  private static int freePort() {
    for (int port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port++) {
      try (ServerSocket probe = new ServerSocket(port)) {
        return probe.getLocalPort();
      } catch (IOException taken) {
        continue;
      }
    }
    throw new LaunchException("no free port from " + FIRST_PORT + " on: choose one with --port");
  }

  /** The machine's IPv4 addresses, without those of bridges that clusters made. */
  private static List<InetAddress> ownAddresses(Slot slot) {
    List<InetAddress> found = new ArrayList<>();
    try {
      for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        boolean ours = device.getName().startsWith("j8s") || device.getName().equals(slot.bridge());
        if (device.isUp() && !device.isLoopback() && !ours) {
          for (InetAddress address : Collections.list(device.getInetAddresses())) {
            if (address instanceof Inet4Address && !address.isLinkLocalAddress()) {
              found.add(address);
            }
          }
        }
      }
    } catch (SocketException problem) {
      throw new LaunchException(
          "cannot list the network interfaces: " + problem.getMessage(), problem);
    }
    return found;
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException impossible) { // a literal is not looked up
      throw new IllegalStateException(impossible);
    }
  }

  /** Where the {@code kubernetes} Service is: the first address of the range. */
  InetAddress firstServiceAddress() {
    return firstAddress(serviceCidr);
  }

  static InetAddress firstAddress(String cidr) {
    String network = cidr.substring(0, cidr.indexOf('/'));
    return address(network.substring(0, network.lastIndexOf('.') + 1) + "1");
  }

  String serverUrl() {
    return "https://127.0.0.1:" + apiServerPort;
  }
}
