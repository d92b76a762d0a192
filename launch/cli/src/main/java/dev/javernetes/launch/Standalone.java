package dev.javernetes.launch;

import dev.javernetes.client.Client;
import dev.javernetes.client.LeaderElection;
import dev.javernetes.client.Timers;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;

/** What every component that runs in a process of its own needs. */
final class Standalone {
  private Standalone() {}

  /** Until SIGTERM or SIGINT; what the caller has open is then closed before the process ends. */
  static void awaitStop() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  asked.countDown();
                  try {
                    main.join(10_000);
                  } catch (InterruptedException killed) {
                    Thread.currentThread().interrupt();
                  }
                },
                "stop"));
    asked.await();
  }

  /** Runs {@code work} while this process leads; a process that has lost the lead ends. */
  static void lead(Client client, String lease, String identity, Runnable work)
      throws InterruptedException {
    new LeaderElection(
            client,
            LeaderElection.Settings.of("kube-system", lease, identity),
            Timers.system(),
            RandomGenerator.getDefault())
        .run(work);
  }
}
