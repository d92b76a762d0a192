package dev.javernetes.launch;

import dev.javernetes.cri.CriChannel;
import dev.javernetes.cri.CriEndpoint;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.ImageStatusRequest;
import dev.javernetes.cri.v1.ListImagesRequest;
import dev.javernetes.cri.v1.RemoveImageRequest;
import dev.javernetes.runtime.record.ImportImageRequest;
import dev.javernetes.runtime.record.ImportImageResponse;
import dev.javernetes.runtime.record.LocalImagesGrpc;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;

/** The images of a running cluster's node, over its runtime's socket. */
final class LocalImages implements AutoCloseable {
  private final CriChannel channel;

  private LocalImages(CriChannel channel) {
    this.channel = channel;
  }

  static LocalImages open(Path socket) {
    if (!Files.exists(socket)) {
      throw new LaunchException("no container runtime at " + socket + ": ./j8s up starts one");
    }
    return new LocalImages(
        CriChannel.open(new CriEndpoint(socket), Executors.newVirtualThreadPerTaskExecutor()));
  }

  /** Puts the demo image there if it is not there yet. */
  static void importDemo(Path socket) throws IOException {
    try (LocalImages images = open(socket)) {
      if (images.has(DemoImage.NAME)) {
        return;
      }
      Path archive = Files.createTempFile("j8s-demo", ".tar");
      try {
        try (OutputStream out = Files.newOutputStream(archive)) {
          DemoImage.writeTo(out);
        }
        images.load(archive, "");
      } finally {
        Files.delete(archive);
      }
    }
  }

  private boolean has(String name) {
    return channel
        .images()
        .imageStatus(
            ImageStatusRequest.newBuilder().setImage(ImageSpec.newBuilder().setImage(name)).build())
        .hasImage();
  }

  List<Image> list() {
    return channel.images().listImages(ListImagesRequest.getDefaultInstance()).getImagesList();
  }

  /** {@code name} overrides what the archive says; empty: its own names. */
  ImportImageResponse load(Path archive, String name) {
    try {
      return LocalImagesGrpc.newBlockingStub(channel.channel())
          .importImage(
              ImportImageRequest.newBuilder()
                  .setPath(archive.toAbsolutePath().toString())
                  .setName(name)
                  .build());
    } catch (StatusRuntimeException refused) {
      throw new LaunchException(
          "cannot import " + archive + ": " + refused.getStatus().getDescription(), refused);
    }
  }

  void remove(String name) {
    if (!has(name)) {
      throw new LaunchException("no such image: " + name);
    }
    try {
      var unused =
          channel
              .images()
              .removeImage(
                  RemoveImageRequest.newBuilder()
                      .setImage(ImageSpec.newBuilder().setImage(name))
                      .build());
    } catch (StatusRuntimeException refused) {
      throw new LaunchException(
          "cannot remove " + name + ": " + refused.getStatus().getDescription(), refused);
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
