package dev.javernetes.kubelet.container;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Secret;
import dev.javernetes.cri.v1.AuthConfig;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.kubelet.container.ImageName.InvalidImageNameException;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.event.Events;
import dev.javernetes.kubelet.event.Events.EventType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that a container's image is on the node, by its pull policy, with the pod's
 * credentials, and no more often than its back-off allows (10 s, doubled up to 5 min, per pod and
 * image).
 */
public final class ImagePuller {
  private static final Duration INITIAL = Duration.ofSeconds(10);
  private static final Duration MAXIMUM = Duration.ofMinutes(5);

  private record BackOff(Duration delay, Instant since, String lastError) {}

  private final ContainerRuntime runtime;
  private final Events events;
  private final InstantSource clock;
  private final Semaphore slots;
  private final Map<String, BackOff> backOffs = new ConcurrentHashMap<>();

  /** {@code parallelPulls}: as many at once; further ones wait in order. */
  public ImagePuller(
      ContainerRuntime runtime, Events events, InstantSource clock, int parallelPulls) {
    this.runtime = runtime;
    this.events = events;
    this.clock = clock;
    this.slots = new Semaphore(parallelPulls, true);
  }

  /** The image, present now. */
  public Image ensure(
      Pod pod,
      Container container,
      String runtimeHandler,
      List<Secret> pullSecrets,
      PodSandboxConfig sandbox)
      throws StartFailureException, InterruptedException {
    ImageName name;
    try {
      name = ImageName.parse(container.image());
    } catch (InvalidImageNameException problem) {
      String message =
          "Failed to apply default image tag %s: %s"
              .formatted(GoQuote.quote(container.image()), problem.getMessage());
      events.container(pod, container, EventType.WARNING, "InspectFailed", message);
      throw new StartFailureException("InvalidImageName", message);
    }
    ImageSpec spec =
        ImageSpec.newBuilder()
            .setImage(name.full())
            .setUserSpecifiedImage(container.image())
            .setRuntimeHandler(runtimeHandler)
            .build();
    String policy = policy(container, name);
    Image present = present(pod, container, spec);
    String quoted = GoQuote.quote(container.image());
    if (present != null && !policy.equals("Always")) {
      events.container(
          pod,
          container,
          EventType.NORMAL,
          "Pulled",
          "Container image "
              + quoted
              + " already present on machine and can be accessed by the pod");
      return present;
    }
    if (policy.equals("Never")) {
      String message = "Container image " + quoted + " is not present with pull policy of Never";
      events.container(pod, container, EventType.WARNING, "ErrImageNeverPull", message);
      throw new StartFailureException("ErrImageNeverPull", message);
    }
    return pull(pod, container, name, spec, pullSecrets, sandbox);
  }

  /** When the next try is due for an image in back-off; null if it is not. */
  public @Nullable Instant retryAt(Pod pod, Container container) {
    BackOff backOff = backOffs.get(key(pod, container));
    return backOff == null ? null : backOff.since.plus(backOff.delay);
  }

  /** Forgets what it knows of a pod that is gone. */
  public void forget(String podUid) {
    backOffs.keySet().removeIf(key -> key.startsWith(podUid + "_"));
  }

  private Image pull(
      Pod pod,
      Container container,
      ImageName name,
      ImageSpec spec,
      List<Secret> pullSecrets,
      PodSandboxConfig sandbox)
      throws StartFailureException, InterruptedException {
    String quoted = GoQuote.quote(container.image());
    String key = key(pod, container);
    BackOff backOff = backOffs.get(key);
    Instant now = clock.instant();
    if (backOff != null && now.isBefore(backOff.since.plus(backOff.delay))) {
      String message = "Back-off pulling image " + quoted;
      events.container(pod, container, EventType.NORMAL, "BackOff", message);
      throw new StartFailureException("ImagePullBackOff", message + ": " + backOff.lastError);
    }
    events.container(pod, container, EventType.NORMAL, "Pulling", "Pulling image " + quoted);
    slots.acquire();
    Instant started = clock.instant();
    try {
      String reference = pullWithAnyCredentials(name, spec, pullSecrets, sandbox);
      Instant finished = clock.instant();
      Image image = runtime.imageStatus(spec);
      if (image == null) {
        image = runtime.imageStatus(ImageSpec.newBuilder().setImage(reference).build());
      }
      if (image == null) {
        throw new RuntimeCallException(
            RuntimeCallException.Kind.NOT_FOUND, "NotFound", "image pulled but not present");
      }
      backOffs.remove(key);
      events.container(
          pod,
          container,
          EventType.NORMAL,
          "Pulled",
          "Successfully pulled image %s in %s (%s including waiting). Image size: %d bytes."
              .formatted(
                  quoted,
                  GoDuration.text(
                      Duration.ofMillis(Duration.between(started, finished).toMillis())),
                  GoDuration.text(Duration.ofMillis(Duration.between(now, finished).toMillis())),
                  image.getSize()));
      return image;
    } catch (RuntimeCallException problem) {
      if (problem.is(RuntimeCallException.Kind.CANCELLED)) {
        throw new InterruptedException("image pull cancelled");
      }
      events.container(
          pod,
          container,
          EventType.WARNING,
          "Failed",
          "Failed to pull image " + quoted + ": " + problem.getMessage());
      Duration delay =
          backOff == null
                  || Duration.between(backOff.since, now).compareTo(MAXIMUM.multipliedBy(2)) > 0
              ? INITIAL
              : min(backOff.delay.multipliedBy(2));
      backOffs.put(
          key, new BackOff(delay, clock.instant(), "ErrImagePull: " + problem.getMessage()));
      throw new StartFailureException("ErrImagePull", String.valueOf(problem.getMessage()));
    } finally {
      slots.release();
    }
  }

  private String pullWithAnyCredentials(
      ImageName name, ImageSpec spec, List<Secret> pullSecrets, PodSandboxConfig sandbox)
      throws RuntimeCallException {
    List<@Nullable AuthConfig> tries =
        new ArrayList<>(RegistryCredentials.of(pullSecrets).lookup(name));
    if (tries.isEmpty()) {
      tries.add(null);
    }
    RuntimeCallException last = null;
    for (AuthConfig auth : tries) {
      try {
        return runtime.pullImage(spec, auth, sandbox);
      } catch (RuntimeCallException problem) {
        if (problem.is(RuntimeCallException.Kind.CANCELLED)) {
          throw problem;
        }
        last = problem;
      }
    }
    throw java.util.Objects.requireNonNull(last);
  }

  private @Nullable Image present(Pod pod, Container container, ImageSpec spec)
      throws StartFailureException {
    try {
      return runtime.imageStatus(spec);
    } catch (RuntimeCallException problem) {
      String message =
          "Failed to inspect image %s: %s"
              .formatted(GoQuote.quote(container.image()), problem.getMessage());
      events.container(pod, container, EventType.WARNING, "InspectFailed", message);
      throw new StartFailureException("ImageInspectError", message);
    }
  }

  /** Defaulting has set it for pods of the API; static pods come without. */
  private static String policy(Container container, ImageName name) {
    if (!container.imagePullPolicy().isEmpty()) {
      return container.imagePullPolicy();
    }
    return name.tag().equals("latest") && name.digest().isEmpty() ? "Always" : "IfNotPresent";
  }

  private static String key(Pod pod, Container container) {
    return pod.metadata().uid() + "_" + container.image();
  }

  private static Duration min(Duration delay) {
    return delay.compareTo(MAXIMUM) > 0 ? MAXIMUM : delay;
  }
}
