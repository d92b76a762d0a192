package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.BOOL;
import static dev.javernetes.api.cel.library.Kinds.CIDR;
import static dev.javernetes.api.cel.library.Kinds.INT;
import static dev.javernetes.api.cel.library.Kinds.IP;
import static dev.javernetes.api.cel.library.Kinds.STRING;

import dev.javernetes.api.cel.value.EvaluationFailure;
import java.util.List;
import java.util.function.Predicate;

/** Kubernetes' {@code ip} and {@code cidr}. */
final class Networks {
  private Networks() {}

  static void declare(Functions functions) {
    functions.global("ip", "string_to_ip", IP, List.of(STRING), a -> ip((String) a[0]));
    functions.member("ip", "cidr_ip", IP, List.of(CIDR), a -> ((Cidr) a[0]).address());
    functions.global("isIP", "is_ip", BOOL, List.of(STRING), a -> isIp((String) a[0]));
    functions.global(
        "ip.isCanonical",
        "ip_is_canonical",
        BOOL,
        List.of(STRING),
        a -> ip((String) a[0]).toString().equals(a[0]));
    functions.global("string", "ip_to_string", STRING, List.of(IP), a -> a[0].toString());
    functions.member(
        "family", "ip_family", INT, List.of(IP), a -> ((IpAddress) a[0]).isV4() ? 4L : 6L);
    is(functions, "isUnspecified", "ip_is_unspecified", IpAddress::isUnspecified);
    is(functions, "isLoopback", "ip_is_loopback", IpAddress::isLoopback);
    is(
        functions,
        "isLinkLocalMulticast",
        "ip_is_link_local_multicast",
        IpAddress::isLinkLocalMulticast);
    is(functions, "isLinkLocalUnicast", "ip_is_link_local_unicast", IpAddress::isLinkLocalUnicast);
    is(functions, "isGlobalUnicast", "ip_is_global_unicast", IpAddress::isGlobalUnicast);
    functions.global("cidr", "string_to_cidr", CIDR, List.of(STRING), a -> cidr((String) a[0]));
    functions.global("isCIDR", "is_cidr", BOOL, List.of(STRING), a -> isCidr((String) a[0]));
    functions.global("string", "cidr_to_string", STRING, List.of(CIDR), a -> a[0].toString());
    functions.member(
        "containsIP",
        "cidr_contains_ip_string",
        BOOL,
        List.of(CIDR, STRING),
        a -> ((Cidr) a[0]).contains(ip((String) a[1])));
    functions.member(
        "containsIP",
        "cidr_contains_ip_ip",
        BOOL,
        List.of(CIDR, IP),
        a -> ((Cidr) a[0]).contains((IpAddress) a[1]));
    functions.member(
        "containsCIDR",
        "cidr_contains_cidr_string",
        BOOL,
        List.of(CIDR, STRING),
        a -> ((Cidr) a[0]).contains(cidr((String) a[1])));
    functions.member(
        "containsCIDR",
        "cidr_contains_cidr",
        BOOL,
        List.of(CIDR, CIDR),
        a -> ((Cidr) a[0]).contains((Cidr) a[1]));
    functions.member(
        "prefixLength",
        "cidr_prefix_length",
        INT,
        List.of(CIDR),
        a -> (long) ((Cidr) a[0]).length());
    functions.member("masked", "cidr_masked", CIDR, List.of(CIDR), a -> ((Cidr) a[0]).masked());
  }

  private static void is(Functions functions, String name, String id, Predicate<IpAddress> test) {
    functions.member(name, id, BOOL, List.of(IP), a -> test.test((IpAddress) a[0]));
  }

  private static IpAddress ip(String text) {
    try {
      IpAddress address = IpAddress.parse(text);
      String quoted = Conversions.quoted(text);
      if (!address.zone().isEmpty()) {
        throw new EvaluationFailure("IP address " + quoted + " with zone value is not allowed");
      }
      if (address.isMappedV4()) {
        throw new EvaluationFailure("IPv4-mapped IPv6 address " + quoted + " is not allowed");
      }
      return address;
    } catch (IpAddress.Malformed bad) {
      throw new EvaluationFailure(
          "IP Address %s parse error during conversion from string: %s"
              .formatted(Conversions.quoted(text), bad.getMessage()));
    }
  }

  private static boolean isIp(String text) {
    try {
      ip(text);
      return true;
    } catch (EvaluationFailure none) {
      return false;
    }
  }

  private static Cidr cidr(String text) {
    String said = "network address parse error during conversion from string: ";
    try {
      Cidr network = Cidr.parse(text);
      if (network.address().isMappedV4()) {
        throw new EvaluationFailure(
            said + "IPv4-mapped IPv6 address " + Conversions.quoted(text) + " is not allowed");
      }
      return network;
    } catch (IpAddress.Malformed | Cidr.Malformed bad) {
      throw new EvaluationFailure(said + said + bad.getMessage());
    }
  }

  private static boolean isCidr(String text) {
    try {
      cidr(text);
      return true;
    } catch (EvaluationFailure none) {
      return false;
    }
  }
}
