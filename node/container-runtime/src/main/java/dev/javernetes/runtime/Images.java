package dev.javernetes.runtime;

import dev.javernetes.cri.CriChannel;
import dev.javernetes.cri.CriEndpoint;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.ImageStatusRequest;
import dev.javernetes.cri.v1.ListImagesRequest;
import dev.javernetes.cri.v1.PullImageRequest;
import dev.javernetes.cri.v1.RemoveImageRequest;
import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.record.ImportImageRequest;
import dev.javernetes.runtime.record.LocalImagesGrpc;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What {@code ./j8s image import|ls|rm|pull} does: asks the running runtime over its socket.
 *
 * <pre>{@code
 * try (Images images = Images.of(options.listen())) {
 *   images.load(Path.of("demo.tar"), "");
 *   images.list();
 * }
 * }</pre>
 *
 * Failures are {@link RuntimeFailure} with one line that can be shown as it is. A runtime that is
 * not running is one of them: nobody else may touch its store.
 */
public final class Images implements AutoCloseable {
  private static final long QUICK_SECONDS = 30;
  private static final long SLOW_SECONDS = 1800;

  private final CriChannel channel;
  private final CriEndpoint endpoint;

  private Images(CriChannel channel, CriEndpoint endpoint) {
    this.channel = channel;
    this.endpoint = endpoint;
  }

  public static Images of(CriEndpoint endpoint) {
    return new Images(CriChannel.open(endpoint, Runnable::run), endpoint);
  }

  /**
   * An OCI layout (directory or tar) or docker archive; {@code name} empty for the names it
   * carries. The names now on the node.
   */
  public List<String> load(Path archive, String name) {
    return call(() -> {
      List<String> names = new ArrayList<>();
      LocalImagesGrpc.newBlockingStub(channel.channel())
          .withDeadlineAfter(SLOW_SECONDS, TimeUnit.SECONDS)
          .importImage(
              ImportImageRequest.newBuilder()
                  .setPath(archive.toAbsolutePath().toString())
                  .setName(name)
                  .build())
          .getImagesList()
          .forEach(image -> names.addAll(image.getNamesList()));
      return names;
    });
  }

  public List<Image> list() {
    return call(() ->
        channel
            .images()
            .withDeadlineAfter(QUICK_SECONDS, TimeUnit.SECONDS)
            .listImages(ListImagesRequest.getDefaultInstance())
            .getImagesList());
  }

  public boolean has(String name) {
    return call(() ->
        channel
            .images()
            .withDeadlineAfter(QUICK_SECONDS, TimeUnit.SECONDS)
            .imageStatus(ImageStatusRequest.newBuilder().setImage(spec(name)).build())
            .hasImage());
  }

  /** The image's id. */
  public String pull(String name) {
    return call(() ->
        channel
            .images()
            .withDeadlineAfter(SLOW_SECONDS, TimeUnit.SECONDS)
            .pullImage(PullImageRequest.newBuilder().setImage(spec(name)).build())
            .getImageRef());
  }

  /** With all its names. One that is not here is an error, unlike in CRI: a person mistyped. */
  public void remove(String name) {
    if (!has(name)) {
      throw RuntimeFailure.notFound("image " + name + " is not here");
    }
    call(() ->
        channel
            .images()
            .withDeadlineAfter(QUICK_SECONDS, TimeUnit.SECONDS)
            .removeImage(RemoveImageRequest.newBuilder().setImage(spec(name)).build()));
  }

  private static ImageSpec spec(String name) {
    return ImageSpec.newBuilder().setImage(name).build();
  }

  private interface Call<T> {
    T run();
  }

  private <T> T call(Call<T> call) {
    try {
      return call.run();
    } catch (StatusRuntimeException e) {
      String text = String.valueOf(e.getStatus().getDescription());
      throw switch (e.getStatus().getCode()) {
        case UNAVAILABLE ->
            text.contains("registry ")
                ? new RuntimeFailure(RuntimeFailure.Reason.UNAVAILABLE, text, e)
                : new RuntimeFailure(
                    RuntimeFailure.Reason.UNAVAILABLE,
                    "no container runtime answers at " + endpoint + ": is the cluster up?",
                    e);
        case NOT_FOUND -> RuntimeFailure.notFound(text);
        case INVALID_ARGUMENT -> RuntimeFailure.invalid(text);
        default -> RuntimeFailure.internal(text);
      };
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
