package dev.javernetes.runtime;

import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.image.ImageImporter;
import dev.javernetes.runtime.image.ImageRecord;
import dev.javernetes.runtime.record.ImportImageRequest;
import dev.javernetes.runtime.record.ImportImageResponse;
import dev.javernetes.runtime.record.LocalImagesGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;

/**
 * Our own service beside CRI: importing from disk. The socket is root's, and so is what it may
 * read.
 */
final class LocalImageCalls extends LocalImagesGrpc.LocalImagesImplBase {
  private final ImageImporter importer;

  LocalImageCalls(ImageImporter importer) {
    this.importer = importer;
  }

  @Override
  public void importImage(
      ImportImageRequest request, StreamObserver<ImportImageResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          Path path = Path.of(request.getPath());
          if (!path.isAbsolute()) {
            throw RuntimeFailure.invalid("the path must be absolute: " + path);
          }
          ImportImageResponse.Builder response = ImportImageResponse.newBuilder();
          for (ImageRecord image : importer.load(path, request.getName())) {
            response.addImages(
                ImportImageResponse.Imported.newBuilder()
                    .setId(image.id().toString())
                    .addAllNames(image.tags()));
          }
          return response.build();
        });
  }
}
