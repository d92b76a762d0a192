package dev.javernetes.runtime.image;

import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.failure.RuntimeFailure.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings an image from its registry, or from a mirror of it, into the store.
 *
 * <p>Index, manifest of this platform, config, layers: each is checked against the digest that
 * named it, so only the first document has to be believed. Up to three layers travel at once; each
 * is unpacked as soon as it is here and its download removed.
 */
public final class ImagePuller {
  private static final int PARALLEL_LAYERS = 3;

  /**
   * {@code localhost/demo} (without a port) was built or imported here, as podman has it: there is
   * nowhere to pull it from, whatever the pull policy.
   */
  private static final String LOCAL = "localhost";

  private final ImageStore store;
  private final RegistryConfig config;
  private final ConcurrentHashMap<Digest, ReentrantLock> downloading = new ConcurrentHashMap<>();

  public ImagePuller(ImageStore store, RegistryConfig config) {
    this.store = store;
    this.config = config;
  }

  public ImageRecord pull(String name, Credentials given) throws IOException {
    ImageReference reference;
    try {
      reference = ImageReference.parse(name);
    } catch (IllegalArgumentException e) {
      throw RuntimeFailure.invalid("invalid image name \"" + name + "\": " + e.getMessage());
    }
    if (reference.registry().equals(LOCAL)) {
      return store
          .find(reference.toString())
          .orElseThrow(() ->
              RuntimeFailure.notFound(
                  reference + " is not on this machine, and localhost names no registry"));
    }
    RegistryConfig.Host host = config.host(reference.registry());
    Credentials credentials = given instanceof Credentials.None ? host.credentials() : given;
    for (String mirror : host.mirrors()) {
      URI base = URI.create(mirror);
      RegistryConfig.Host there = config.host(base.getAuthority());
      try (HttpClient http = RegistryTls.client(there)) {
        // what the client gave is for the registry it named, not for a mirror
        return pull(reference, new RegistryClient(http, base, false, there.credentials()));
      } catch (RuntimeFailure e) {
        if (e.reason() != Reason.NOT_FOUND && e.reason() != Reason.UNAVAILABLE) {
          throw e;
        }
      }
    }
    try (HttpClient http = RegistryTls.client(host)) {
      URI base = URI.create((host.plainHttp() ? "http://" : "https://") + reference.apiHost());
      boolean mayFallBack = !host.plainHttp() && host.caFile().isEmpty();
      return pull(reference, new RegistryClient(http, base, mayFallBack, credentials));
    }
  }

  private ImageRecord pull(ImageReference reference, RegistryClient registry) throws IOException {
    String repository = reference.repository();
    byte[] top = registry.manifest(repository, reference.selector()).bytes();
    Digest topDigest = Digest.sha256(top);
    if (reference.digest() != null) {
      verify(reference.digest(), top, "manifest");
    }
    Manifests.Manifest manifest =
        switch (Manifests.parse(top)) {
          case Manifests.Manifest direct -> direct;
          case Manifests.Index index -> chosen(index, reference, registry);
        };
    var repoDigests = new TreeSet<>(Set.of(reference.withDigest(topDigest).toString()));
    var tags = new TreeSet<String>();
    if (reference.tag() != null && reference.digest() == null) {
      tags.add(reference.toString());
    }
    var names = new ImageStore.Names(tags, repoDigests);
    byte[] configBytes = configOf(manifest, repository, registry);
    return store.add(
        configBytes,
        names,
        (layers, diffIds, chain) -> {
          if (manifest.layers().size() != diffIds.size()) {
            throw RuntimeFailure.invalid(
                "%s has %d layers, its config %d"
                    .formatted(reference, manifest.layers().size(), diffIds.size()));
          }
          layers(reference, manifest, registry, layers, diffIds, chain);
        });
  }

  private byte[] configOf(Manifests.Manifest manifest, String repository, RegistryClient registry)
      throws IOException {
    Digest digest = manifest.config().digest();
    Optional<ImageRecord> known = store.find(digest.toString());
    if (known.isPresent()) {
      return store.configBytes(known.get());
    }
    if (manifest.config().size() > Manifests.MAX_DOCUMENT_BYTES) {
      throw RuntimeFailure.invalid("the image's config is larger than 8 MiB");
    }
    Path file = fetch(repository, manifest.config(), registry);
    byte[] bytes = Files.readAllBytes(file);
    Files.deleteIfExists(file);
    return bytes;
  }

  private static Manifests.Manifest chosen(
      Manifests.Index index, ImageReference reference, RegistryClient registry) throws IOException {
    Manifests.Descriptor entry = index.choose(Manifests.Platform.current(), reference.toString());
    byte[] bytes = registry.manifest(reference.repository(), entry.digest().toString()).bytes();
    verify(entry.digest(), bytes, "manifest");
    if (Manifests.parse(bytes) instanceof Manifests.Manifest manifest) {
      return manifest;
    }
    throw RuntimeFailure.invalid(reference + ": an index within an index is not read");
  }

  private static void verify(Digest expected, byte[] bytes, String what) throws IOException {
    try (var hashing =
        Digest.hashing(new java.io.ByteArrayInputStream(bytes), expected.algorithm())) {
      Digest actual = hashing.digest();
      if (!actual.equals(expected)) {
        throw RuntimeFailure.invalid(what + " " + expected + " arrived as " + actual);
      }
    }
  }

  private void layers(
      ImageReference reference,
      Manifests.Manifest manifest,
      RegistryClient registry,
      LayerStore layers,
      List<Digest> diffIds,
      List<Digest> chain)
      throws IOException {
    var slots = new Semaphore(PARALLEL_LAYERS);
    List<Future<?>> running = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < chain.size(); i++) {
        int at = i;
        if (layers.has(chain.get(at))) {
          continue;
        }
        running.add(
            threads.submit(() -> {
              slots.acquire();
              try {
                layer(
                    reference,
                    manifest.layers().get(at),
                    registry,
                    layers,
                    diffIds.get(at),
                    chain.get(at));
              } finally {
                slots.release();
              }
              return null;
            }));
      }
      for (Future<?> layer : running) {
        try {
          layer.get();
        } catch (ExecutionException e) {
          threads.shutdownNow();
          if (e.getCause() instanceof IOException io) {
            throw io;
          }
          if (e.getCause() instanceof RuntimeFailure failure) {
            throw failure;
          }
          throw new IOException("pulling a layer of " + reference + " failed", e.getCause());
        } catch (InterruptedException e) {
          threads.shutdownNow();
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("pulling " + reference + " was interrupted");
        }
      }
    }
  }

  private void layer(
      ImageReference reference,
      Manifests.Descriptor layer,
      RegistryClient registry,
      LayerStore layers,
      Digest diffId,
      Digest chainId)
      throws IOException {
    // two pulls at once may share a layer: the second waits and finds it unpacked
    ReentrantLock lock = downloading.computeIfAbsent(layer.digest(), digest -> new ReentrantLock());
    lock.lock();
    try {
      if (layers.has(chainId)) {
        return;
      }
      Path file = fetch(reference.repository(), layer, registry);
      layers.add(chainId, diffId, () -> Files.newInputStream(file));
      Files.deleteIfExists(file);
    } finally {
      lock.unlock();
      downloading.remove(layer.digest(), lock);
    }
  }

  private Path fetch(String repository, Manifests.Descriptor blob, RegistryClient registry)
      throws IOException {
    Path file = store.downloads().resolve(blob.digest().hex());
    registry.blob(repository, blob, file);
    return file;
  }
}
