package dev.javernetes.runtime.cni;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.linux.Command;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Connects pods to the network by the plugins of a configuration list, as the CNI specification 1.0
 * says.
 *
 * <p>ADD runs the plugins in order, each given the result of the one before; DEL runs them
 * backwards and may be repeated. The list is read anew each time, so that a network plugin
 * installed later takes over without a restart; the first file by name counts.
 */
public final class CniNetwork {
  private static final Duration PLUGIN_TIMEOUT = Duration.ofSeconds(60);
  private static final String INTERFACE = "eth0";

  private final Path configDirectory;
  private final List<Path> pluginDirectories;

  public CniNetwork(Path configDirectory, List<Path> pluginDirectories) {
    this.configDirectory = configDirectory;
    this.pluginDirectories = List.copyOf(pluginDirectories);
  }

  /** One pod's place in the network. {@code portMappings} as the portmap plugin takes them. */
  public record Attachment(
      String containerId,
      Path namespace,
      Map<String, String> arguments,
      List<JsonObject> portMappings) {
    public Attachment {
      arguments = Map.copyOf(arguments);
      portMappings = List.copyOf(portMappings);
    }
  }

  /** The addresses a pod got, first the one it is known by, and the plugins' whole answer. */
  public record Connected(List<String> addresses, byte[] result) {}

  /** Why pods cannot be connected now; empty if they can. */
  public Optional<String> problem() {
    try {
      JsonObject list = configuration();
      for (JsonObject plugin : list.objects("plugins")) {
        locate(plugin.string("type"));
      }
      return Optional.empty();
    } catch (IOException | RuntimeFailure e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  public Connected add(Attachment attachment) throws IOException {
    JsonObject list = configuration();
    JsonObject previous = null;
    for (JsonObject plugin : list.objects("plugins")) {
      byte[] answer = run("ADD", list, plugin, attachment, previous);
      previous = parse(answer, plugin.string("type"));
    }
    if (previous == null) {
      throw new IOException("CNI network " + list.string("name") + " has no plugins");
    }
    List<String> addresses = new ArrayList<>();
    for (JsonObject ip : previous.objects("ips")) {
      String address = ip.string("address");
      int slash = address.indexOf('/');
      addresses.add(slash < 0 ? address : address.substring(0, slash));
    }
    return new Connected(addresses, Json.bytes(previous));
  }

  /** {@code result} is what ADD returned, if that is known. */
  public void delete(Attachment attachment, byte[] result) throws IOException {
    JsonObject list = configuration();
    JsonObject previous = result.length == 0 ? null : parse(result, "saved result");
    IOException first = null;
    for (JsonObject plugin : list.objects("plugins").reversed()) {
      try {
        run("DEL", list, plugin, attachment, previous);
      } catch (IOException e) {
        if (first == null) {
          first = e;
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** Throws if the pod's network is no longer as it was made. */
  public void check(Attachment attachment, byte[] result) throws IOException {
    JsonObject list = configuration();
    if (list.bool("disableCheck")) {
      return;
    }
    JsonObject previous = parse(result, "saved result");
    for (JsonObject plugin : list.objects("plugins")) {
      run("CHECK", list, plugin, attachment, previous);
    }
  }

  private byte[] run(
      String verb,
      JsonObject list,
      JsonObject plugin,
      Attachment attachment,
      @Nullable JsonObject previous)
      throws IOException {
    JsonObject config = plugin.deepCopy();
    config.put("cniVersion", list.string("cniVersion"));
    config.put("name", list.string("name"));
    if (config.objectOrEmpty("capabilities").bool("portMappings")) {
      config.put(
          "runtimeConfig",
          JsonObject.of("portMappings", new ArrayList<Object>(attachment.portMappings())));
    }
    config.remove("capabilities");
    if (previous != null) {
      config.put("prevResult", previous);
    }
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("CNI_COMMAND", verb);
    environment.put("CNI_CONTAINERID", attachment.containerId());
    environment.put("CNI_NETNS", attachment.namespace().toString());
    environment.put("CNI_IFNAME", INTERFACE);
    environment.put(
        "CNI_PATH", String.join(":", pluginDirectories.stream().map(Path::toString).toList()));
    environment.put(
        "CNI_ARGS",
        String.join(
            ";",
            attachment.arguments().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .toList()));
    String type = plugin.string("type");
    Command.Output output =
        Command.of(locate(type).toString())
            .withEnvironment(environment)
            .withInput(Json.bytes(config))
            .withTimeout(PLUGIN_TIMEOUT)
            .run();
    if (output.timedOut()) {
      throw new IOException(
          "CNI plugin " + type + " did not end within " + PLUGIN_TIMEOUT.toSeconds() + " s");
    }
    if (output.exitCode() != 0) {
      throw new IOException("CNI plugin " + type + " " + verb + ": " + explain(output));
    }
    return output.stdout();
  }

  private static String explain(Command.Output output) {
    try {
      JsonObject error = Json.parseObject(output.stdout());
      String details = error.string("details");
      return error.string("msg") + (details.isEmpty() ? "" : ": " + details);
    } catch (JsonSyntaxException e) {
      String text = output.errorText().isEmpty() ? output.text().strip() : output.errorText();
      return "exit code " + output.exitCode() + (text.isEmpty() ? "" : ": " + text);
    }
  }

  private Path locate(String type) {
    for (Path directory : pluginDirectories) {
      Path program = directory.resolve(type);
      if (!type.contains("/") && Files.isExecutable(program)) {
        return program;
      }
    }
    throw RuntimeFailure.notReady(
        "CNI plugin \"%s\" is not in %s: install Debian's containernetworking-plugins"
            .formatted(
                type, String.join(":", pluginDirectories.stream().map(Path::toString).toList())));
  }

  private JsonObject configuration() throws IOException {
    var files = new TreeSet<Path>();
    if (Files.isDirectory(configDirectory)) {
      try (DirectoryStream<Path> found =
          Files.newDirectoryStream(configDirectory, "*.{conflist,conf,json}")) {
        found.forEach(files::add);
      }
    }
    if (files.isEmpty()) {
      throw RuntimeFailure.notReady(
          "no network: "
              + configDirectory
              + " holds no CNI configuration, and no pod CIDR is known yet");
    }
    Path file = files.first();
    JsonObject config = parse(Files.readAllBytes(file), file.toString());
    if (config.has("plugins")) {
      return config;
    }
    return JsonObject.of(
        "cniVersion", config.string("cniVersion"),
        "name", config.string("name"),
        "plugins", new ArrayList<Object>(List.of(config)));
  }

  private static JsonObject parse(byte[] bytes, String what) throws IOException {
    try {
      return Json.parseObject(bytes);
    } catch (JsonSyntaxException e) {
      throw new IOException("CNI " + what + " is not JSON: " + e.getMessage(), e);
    }
  }
}
