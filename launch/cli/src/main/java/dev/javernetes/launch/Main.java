package dev.javernetes.launch;

import dev.javernetes.api.machinery.status.ApiException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code j8s}: picks the command, and turns what goes wrong into one line that says what to do. */
@Command(
    name = "j8s",
    description = "Kubernetes on the JVM.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private static final int EXIT_USER_CAN_MEND = 1;
  private static final int EXIT_OUR_FAULT = 70; // sysexits(3): an internal software error

  /** In the order of the help text. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          UpCommand.class,
          DownCommand.class,
          StatusCommand.class,
          KubeconfigCommand.class,
          ImageCommand.class,
          SchedulerCommand.class,
          ProxyCommand.class,
          EtcdCommand.class,
          ApiServerCommand.class,
          ControllerManagerCommand.class,
          KubeletCommand.class,
          RuntimeCommand.class,
          CloudControllerManagerCommand.class,
          PkiCommand.class,
          BenchCommand.class,
          WarmUpCommand.class);

  private Main() {}

  /** What {@code --version} prints. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"j8s 0.1.0 (Kubernetes API 1.36)"};
    }
  }

  public static void main(String[] arguments) {
    int status = run(arguments);
    System.out.flush();
    System.exit(status);
  }

  /**
   * Reads only the command that is asked for: reading all of them, by reflection, takes a tenth of
   * a second.
   */
  private static int run(String[] arguments) {
    for (Class<?> command : COMMANDS) {
      String name = Objects.requireNonNull(command.getAnnotation(Command.class)).name();
      if (arguments.length > 0 && arguments[0].equals(name)) {
        CommandLine line = new CommandLine(command).setCommandName("j8s " + name);
        return explaining(line).execute(Arrays.copyOfRange(arguments, 1, arguments.length));
      }
    }
    CommandLine all = new CommandLine(new Main());
    COMMANDS.forEach(all::addSubcommand);
    return explaining(all).execute(arguments);
  }

  private static CommandLine explaining(CommandLine line) {
    return line.setExecutionExceptionHandler((problem, command, parsed) -> explain(problem));
  }

  private static int explain(Exception problem) {
    switch (problem) {
      case LaunchException known -> {
        System.err.println("j8s: " + known.getMessage());
        return EXIT_USER_CAN_MEND;
      }
      case ApiException refusal -> {
        System.err.println("j8s: the API server refused: " + refusal.getMessage());
        return EXIT_USER_CAN_MEND;
      }
      case UncheckedIOException io -> {
        System.err.println("j8s: " + io.getMessage());
        return EXIT_USER_CAN_MEND;
      }
      default -> {
        LoggerFactory.getLogger(Main.class).error("unexpected", problem);
        System.err.println("j8s: internal error (please report it): " + problem);
        return EXIT_OUR_FAULT;
      }
    }
  }
}
