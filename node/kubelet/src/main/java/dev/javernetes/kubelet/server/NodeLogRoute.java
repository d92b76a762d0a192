package dev.javernetes.kubelet.server;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code /logs/…}: the files of {@code /var/log}, and nothing outside of it. */
final class NodeLogRoute {
  private final Path root;

  NodeLogRoute(Path root) {
    this.root = root;
  }

  void serve(Call call, List<String> path) throws CallException, IOException {
    Path wanted = root;
    for (String part : path.subList(1, path.size())) {
      wanted = wanted.resolve(part);
    }
    if (!Files.exists(wanted) || !wanted.toRealPath().startsWith(root.toRealPath())) {
      throw new CallException(404, "404 page not found");
    }
    if (Files.isDirectory(wanted)) {
      List<String> names = new ArrayList<>();
      try (var entries = Files.newDirectoryStream(wanted)) {
        for (Path entry : entries) {
          names.add(entry.getFileName() + (Files.isDirectory(entry) ? "/" : ""));
        }
      }
      names.sort(null);
      StringBuilder page = new StringBuilder("<pre>\n");
      for (String name : names) {
        String safe = name.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
        page.append("<a href=\"").append(safe).append("\">").append(safe).append("</a>\n");
      }
      byte[] bytes =
          page.append("</pre>\n").toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
      call.answer(HttpResponseStatus.OK, "text/html; charset=utf-8", bytes);
      return;
    }
    try (InputStream in = Files.newInputStream(wanted);
        OutputStream out = call.stream("text/plain; charset=utf-8")) {
      in.transferTo(out);
    }
  }
}
