package dev.javernetes.proxy.iptables;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs iptables, iptables-save and iptables-restore; errors carry what the program said. */
public final class Iptables {
  private static final int TIMEOUT_SECONDS = 30;

  private final String family;
  private final List<String> within;

  /** {@code family}: {@code iptables} or {@code ip6tables}. */
  public Iptables(String family) {
    this(family, List.of());
  }

  /** {@code within}: what each command is run by, such as {@code ip netns exec NAME}. */
  public Iptables(String family, List<String> within) {
    this.family = family;
    this.within = List.copyOf(within);
  }

  public void restore(String rules) throws IOException, InterruptedException {
    runHere(List.of(family + "-restore", "-w", "5", "--noflush"), rules);
  }

  public String save(String table) throws IOException, InterruptedException {
    return runHere(List.of(family + "-save", "-t", table), "");
  }

  public String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(family, "-w", "5"));
    command.addAll(List.of(arguments));
    return runHere(command, "");
  }

  private String runHere(List<String> command, String input)
      throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(within);
    whole.addAll(command);
    return run(whole, input);
  }

  /** Whether the rule is there; {@code arguments} as after {@code -C}. */
  public boolean has(String... arguments) throws InterruptedException {
    try {
      run(arguments);
      return true;
    } catch (IOException absent) {
      return false;
    }
  }

  /** Runs any program to its end. */
  static String run(List<String> command, String input) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException missing) {
      throw new IOException(
          "cannot run "
              + command.getFirst()
              + ": is Debian's package iptables installed? ("
              + missing.getMessage()
              + ")");
    }
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(
          String.join(" ", command) + " took longer than " + TIMEOUT_SECONDS + " s");
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          String.join(" ", command) + ": exit " + process.exitValue() + ": " + output.strip());
    }
    return output;
  }
}
