package dev.javernetes.kubelet.pod;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.CriLabels;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.volume.PodDirectories;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What containers left to say when they ended: the file at their terminationMessagePath, or the end
 * of their log. Read once per container; owned by one pod's worker.
 */
final class TerminationMessages {
  private static final int MAX_TOTAL_BYTES = 12 << 10;
  private static final int MAX_BYTES = 4096;
  private static final int MAX_LOG_BYTES = 2048;
  private static final int MAX_LOG_LINES = 80;

  private final PodDirectories directories;
  private final Map<String, String> byContainerId = new HashMap<>();

  TerminationMessages(PodDirectories directories) {
    this.directories = directories;
  }

  Map<String, String> of(Pod pod, PodView view) {
    Set<String> present = new HashSet<>();
    int limit = Math.min(MAX_BYTES, MAX_TOTAL_BYTES / Math.max(1, PodContainers.all(pod).size()));
    for (ContainerView container : view.containers()) {
      present.add(container.id());
      if (container.exited() && !byContainerId.containsKey(container.id())) {
        String message = read(pod, container, limit);
        byContainerId.put(
            container.id(), message.isEmpty() ? container.status().getMessage() : message);
      }
    }
    byContainerId.keySet().retainAll(present);
    return Map.copyOf(byContainerId);
  }

  private String read(Pod pod, ContainerView view, int limit) {
    Container container = PodContainers.find(pod, view.name());
    if (container == null || container.terminationMessagePath().isEmpty()) {
      return "";
    }
    Path file =
        directories.terminationMessage(pod.metadata().uid(), view.name(), view.restartCount());
    String message = tail(file, limit);
    String policy = view.status().getAnnotationsOrDefault(CriLabels.TERMINATION_MESSAGE_POLICY, "");
    if (message.isEmpty()
        && policy.equals("FallbackToLogsOnError")
        && view.exitCode() != 0
        && !view.status().getLogPath().isEmpty()) {
      return logTail(Path.of(view.status().getLogPath()));
    }
    return message;
  }

  private static String tail(Path file, int limit) {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long length = in.length();
      in.seek(Math.max(0, length - limit));
      byte[] bytes = new byte[(int) Math.min(length, limit)];
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException problem) {
      return "Error reading termination message: " + problem.getMessage();
    }
  }

  /** The texts of the last lines: {@code 2026-… stdout F text} without its first three words. */
  private static String logTail(Path log) {
    StringBuilder text = new StringBuilder();
    String[] lines = tail(log, MAX_LOG_BYTES * 4).split("\n");
    for (int i = Math.max(0, lines.length - MAX_LOG_LINES); i < lines.length; i++) {
      String[] words = lines[i].split(" ", 4);
      if (words.length == 4) {
        text.append(words[3]).append(words[2].equals("F") ? "\n" : "");
      }
    }
    return text.length() > MAX_LOG_BYTES
        ? text.substring(text.length() - MAX_LOG_BYTES)
        : text.toString();
  }
}
