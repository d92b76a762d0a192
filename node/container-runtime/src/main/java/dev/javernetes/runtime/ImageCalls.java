package dev.javernetes.runtime;

import dev.javernetes.cri.v1.AuthConfig;
import dev.javernetes.cri.v1.FilesystemIdentifier;
import dev.javernetes.cri.v1.FilesystemUsage;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.ImageFsInfoRequest;
import dev.javernetes.cri.v1.ImageFsInfoResponse;
import dev.javernetes.cri.v1.ImageServiceGrpc;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.ImageStatusRequest;
import dev.javernetes.cri.v1.ImageStatusResponse;
import dev.javernetes.cri.v1.Int64Value;
import dev.javernetes.cri.v1.ListImagesRequest;
import dev.javernetes.cri.v1.ListImagesResponse;
import dev.javernetes.cri.v1.PullImageRequest;
import dev.javernetes.cri.v1.PullImageResponse;
import dev.javernetes.cri.v1.RemoveImageRequest;
import dev.javernetes.cri.v1.RemoveImageResponse;
import dev.javernetes.cri.v1.StreamImagesRequest;
import dev.javernetes.cri.v1.StreamImagesResponse;
import dev.javernetes.cri.v1.UInt64Value;
import dev.javernetes.runtime.image.Credentials;
import dev.javernetes.runtime.image.ImagePuller;
import dev.javernetes.runtime.image.ImageRecord;
import dev.javernetes.runtime.image.ImageStore;
import dev.javernetes.runtime.pod.Pods;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** CRI's ImageService over the store. */
final class ImageCalls extends ImageServiceGrpc.ImageServiceImplBase {
  private static final int STREAM_PAGE = 200;

  private final ImageStore store;
  private final ImagePuller puller;
  private final Pods pods;
  private final Path root;
  private final Clock clock;

  ImageCalls(ImageStore store, ImagePuller puller, Pods pods, Path root, Clock clock) {
    this.store = store;
    this.puller = puller;
    this.pods = pods;
    this.root = root;
    this.clock = clock;
  }

  @Override
  public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> observer) {
    Calls.answer(
        observer,
        () ->
            ListImagesResponse.newBuilder()
                .addAllImages(images(request.getFilter().getImage().getImage()))
                .build());
  }

  @Override
  public void streamImages(
      StreamImagesRequest request, StreamObserver<StreamImagesResponse> observer) {
    try {
      List<Image> images = images(request.getFilter().getImage().getImage());
      for (int i = 0; i < images.size(); i += STREAM_PAGE) {
        List<Image> page = images.subList(i, Math.min(images.size(), i + STREAM_PAGE));
        observer.onNext(StreamImagesResponse.newBuilder().addAllImages(page).build());
      }
      observer.onCompleted();
    } catch (IOException | RuntimeException e) {
      observer.onError(Calls.status(e).asRuntimeException());
    }
  }

  private List<Image> images(String filter) throws IOException {
    List<ImageRecord> records =
        filter.isEmpty() ? store.list() : store.find(filter).map(List::of).orElse(List.of());
    var images = new java.util.ArrayList<Image>();
    for (ImageRecord record : records) {
      images.add(view(record));
    }
    return images;
  }

  private Image view(ImageRecord record) throws IOException {
    Image.Builder image =
        Image.newBuilder()
            .setId(record.id().toString())
            .addAllRepoTags(record.tags())
            .addAllRepoDigests(record.repoDigests())
            .setSize(Math.max(1, record.sizeBytes()))
            .setSpec(ImageSpec.newBuilder().setImage(record.id().toString()))
            .setPinned(record.pinned());
    String user = store.config(record).user();
    int colon = user.indexOf(':');
    String name = colon < 0 ? user : user.substring(0, colon);
    if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      image.setUid(Int64Value.newBuilder().setValue(Long.parseLong(name)));
    } else if (!name.isEmpty()) {
      image.setUsername(name);
    } else {
      image.setUid(Int64Value.getDefaultInstance());
    }
    return image.build();
  }

  @Override
  public void imageStatus(
      ImageStatusRequest request, StreamObserver<ImageStatusResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          Optional<ImageRecord> found = store.find(request.getImage().getImage());
          ImageStatusResponse.Builder response = ImageStatusResponse.newBuilder();
          if (found.isPresent()) {
            response.setImage(view(found.get()));
            if (request.getVerbose()) {
              response.putInfo(
                  "info",
                  "{\"imageSpec\":"
                      + new String(store.configBytes(found.get()), StandardCharsets.UTF_8)
                      + "}");
            }
          }
          // no image in the answer says that it is not here; an error would say that we cannot know
          return response.build();
        });
  }

  @Override
  public void pullImage(PullImageRequest request, StreamObserver<PullImageResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          AuthConfig auth = request.getAuth();
          Credentials credentials =
              Credentials.of(
                  auth.getUsername(),
                  auth.getPassword(),
                  auth.getAuth(),
                  auth.getIdentityToken(),
                  auth.getRegistryToken());
          ImageRecord image = puller.pull(request.getImage().getImage(), credentials);
          return PullImageResponse.newBuilder().setImageRef(image.id().toString()).build();
        });
  }

  @Override
  public void removeImage(
      RemoveImageRequest request, StreamObserver<RemoveImageResponse> observer) {
    Calls.answer(
        observer,
        RemoveImageResponse.getDefaultInstance(),
        () -> store.remove(request.getImage().getImage(), pods::usesImage));
  }

  @Override
  public void imageFsInfo(
      ImageFsInfoRequest request, StreamObserver<ImageFsInfoResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          Instant now = clock.instant();
          FilesystemUsage usage =
              FilesystemUsage.newBuilder()
                  .setTimestamp(now.getEpochSecond() * 1_000_000_000L + now.getNano())
                  .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(root.toString()))
                  .setUsedBytes(UInt64Value.newBuilder().setValue(store.diskBytes()))
                  .setInodesUsed(UInt64Value.getDefaultInstance())
                  .build();
          return ImageFsInfoResponse.newBuilder()
              .addImageFilesystems(usage)
              .addContainerFilesystems(usage)
              .build();
        });
  }
}
