package dev.javernetes.launch.bench;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.RequestOptions.ListOptions;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Counts pods as a watch tells of them. It looks for a few words in each event and parses none: a
 * thousand pods have several thousand events, and reading them all takes the time that is to be
 * measured.
 */
final class PodWatch implements AutoCloseable {
  private static final String ADDED = "{\"type\":\"ADDED\"";
  private static final String RUNNING = "\"phase\":\"Running\"";
  private static final String NAME = "\"name\":\"";

  private final HttpConnection connection;
  private final Set<String> running = new HashSet<>();
  private int created;

  PodWatch(Target target) throws IOException {
    String version =
        target.client().list(Pod.TYPE, Target.NAMESPACE, ListOptions.ALL).resourceVersion();
    connection = new HttpConnection(target.connection(), target.connection().tls());
    connection.send(
        "GET",
        "/api/v1/namespaces/" + Target.NAMESPACE + "/pods?watch=true&resourceVersion=" + version,
        "Accept: application/json\r\n",
        Load.Request.NO_BODY);
    if (connection.startStream() != 200) {
      throw new BenchException("a watch on pods was refused");
    }
  }

  void awaitCreated(int pods) throws IOException {
    while (created < pods) {
      next();
    }
  }

  void awaitRunning(int pods) throws IOException {
    while (running.size() < pods) {
      next();
    }
  }

  /** The object's own name is the first one in it, whatever else has a name. */
  private void next() throws IOException {
    String line = connection.line();
    if (line.startsWith(ADDED)) {
      created++;
    } else if (line.contains(RUNNING)) {
      int name = line.indexOf(NAME) + NAME.length();
      running.add(line.substring(name, line.indexOf('"', name)));
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
