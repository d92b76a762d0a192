package dev.javernetes.launch;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * {@code localhost/demo}: Debian's static busybox and a page that says which pod answers. Made here
 * as a docker archive, since a machine without a registry should have something to run.
 */
final class DemoImage {
  static final String NAME = "localhost/demo:latest";

  private static final List<String> APPLETS =
      List.of(
          "sh",
          "ls",
          "cat",
          "echo",
          "env",
          "hostname",
          "httpd",
          "id",
          "ip",
          "kill",
          "mkdir",
          "mount",
          "nc",
          "nslookup",
          "ping",
          "ps",
          "printf",
          "rm",
          "sleep",
          "stat",
          "tail",
          "test",
          "top",
          "touch",
          "true",
          "false",
          "vi",
          "wget",
          "date",
          "df",
          "dd",
          "grep",
          "head",
          "sed",
          "awk",
          "find",
          "tee",
          "sync",
          "chmod",
          "chown",
          "cp",
          "mv",
          "ln",
          "seq",
          "timeout",
          "traceroute",
          "netstat",
          "route",
          "du",
          "md5sum",
          "sha256sum",
          "sort",
          "uniq",
          "wc",
          "xargs",
          "whoami",
          "uname",
          "uptime",
          "free",
          "dirname",
          "basename",
          "expr",
          "cut",
          "tr");

  /** busybox's httpd runs this for "/". */
  private static final String PAGE =
      """
      #!/bin/sh
      printf 'Content-Type: text/plain\\r\\n\\r\\n'
      hostname
      [ -z "$COLOR" ] || echo "$COLOR"
      """;

  /** The first process must end on SIGTERM by itself: the kernel gives it no default action. */
  private static final String ENTRYPOINT =
      """
      #!/bin/sh
      trap 'exit 0' TERM INT
      httpd -f -v -p 8080 -h /www &
      echo "$(hostname) listens on 8080"
      wait
      """;

  private DemoImage() {}

  /** Whether this machine has what the image is made of. */
  static boolean canBeMade() {
    return Files.isExecutable(Path.of("/bin/busybox"));
  }

  static void writeTo(OutputStream archive) throws IOException {
    byte[] layer = layer(Files.readAllBytes(Path.of("/bin/busybox")));
    byte[] config = config(layer);
    String configName = hex(config) + ".json";
    JsonObject manifest =
        JsonObject.of(
            "Config",
            configName,
            "RepoTags",
            new ArrayList<Object>(List.of(NAME)),
            "Layers",
            new ArrayList<Object>(List.of("layer.tar")));
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(archive)) {
      file(tar, configName, config, 0644);
      file(tar, "layer.tar", layer, 0644);
      file(tar, "manifest.json", Json.bytes(new ArrayList<Object>(List.of(manifest))), 0644);
    }
  }

  private static byte[] layer(byte[] busybox) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(busybox.length + (64 << 10));
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (String folder :
          List.of(
              "bin",
              "etc",
              "tmp",
              "root",
              "www",
              "www/cgi-bin",
              "proc",
              "sys",
              "dev",
              "var",
              "run")) {
        TarArchiveEntry entry = new TarArchiveEntry(folder + "/");
        entry.setMode(folder.equals("tmp") ? 041777 : 040755);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
      file(tar, "bin/busybox", busybox, 0755);
      for (String applet : APPLETS) {
        TarArchiveEntry link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
        link.setLinkName("busybox");
        link.setModTime(0);
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
      }
      file(
          tar,
          "etc/passwd",
          text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"),
          0644);
      file(tar, "etc/group", text("root:x:0:\nnogroup:x:65534:\n"), 0644);
      file(tar, "www/cgi-bin/index.cgi", text(PAGE), 0755);
      file(tar, "entrypoint", text(ENTRYPOINT), 0755);
    }
    return bytes.toByteArray();
  }

  private static byte[] config(byte[] layer) {
    JsonObject run =
        JsonObject.of(
            "Env", new ArrayList<Object>(List.of("PATH=/bin")),
            "Entrypoint", new ArrayList<Object>(List.of("/entrypoint")),
            "ExposedPorts", JsonObject.of("8080/tcp", new JsonObject()));
    return Json.bytes(
        JsonObject.of(
            "architecture",
            architecture(),
            "os",
            "linux",
            "created",
            "1970-01-01T00:00:00Z",
            "config",
            run,
            "rootfs",
            JsonObject.of(
                "type",
                "layers",
                "diff_ids",
                new ArrayList<Object>(List.of("sha256:" + hex(layer))))));
  }

  private static String architecture() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : name.equals("x86_64") ? "amd64" : name;
  }

  private static void file(TarArchiveOutputStream tar, String name, byte[] content, int mode)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setMode(0100000 | mode);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException impossible) { // every JDK has SHA-256
      throw new IllegalStateException(impossible);
    }
  }
}
