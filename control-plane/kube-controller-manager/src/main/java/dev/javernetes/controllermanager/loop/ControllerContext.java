package dev.javernetes.controllermanager.loop;

import dev.javernetes.client.Client;
import dev.javernetes.client.EventRecorder;
import dev.javernetes.client.Informers;
import dev.javernetes.client.Timers;
import java.util.random.RandomGenerator;

/** What every controller gets from outside. */
public record ControllerContext(
    Client client,
    Informers informers,
    Timers timers,
    RandomGenerator random,
    EventRecorder events) {

  /** The same, telling events as another component. */
  public ControllerContext withEvents(EventRecorder other) {
    return new ControllerContext(client, informers, timers, random, other);
  }
}
