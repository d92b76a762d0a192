package dev.javernetes.kubelet.container;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The node's resolver settings, see resolv.conf(5). */
public record ResolvConf(List<String> servers, List<String> searches, List<String> options) {
  public static final ResolvConf EMPTY = new ResolvConf(List.of(), List.of(), List.of());

  public ResolvConf {
    servers = List.copyOf(servers);
    searches = List.copyOf(searches);
    options = List.copyOf(options);
  }

  public static ResolvConf parse(String text) {
    List<String> servers = new ArrayList<>();
    List<String> searches = List.of();
    List<String> options = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] words = line.strip().split("\\s+");
      if (words.length < 2) {
        continue;
      }
      List<String> rest = Arrays.asList(words).subList(1, words.length);
      switch (words[0]) {
        case "nameserver" -> servers.add(rest.getFirst());
        case "search", "domain" ->
            searches =
                rest.stream()
                    .map(name ->
                        name.length() > 1 && name.endsWith(".")
                            ? name.substring(0, name.length() - 1)
                            : name)
                    .filter(name -> !name.equals("."))
                    .toList();
        case "options" -> options.addAll(rest);
        default -> {} // comments and what we do not know
      }
    }
    return new ResolvConf(servers, searches, options);
  }
}
