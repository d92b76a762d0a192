package dev.javernetes.kubelet.volume;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.model.core.v1.EmptyDirVolumeSource;
import dev.javernetes.api.model.core.v1.PersistentVolume;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodSecurityContext;
import dev.javernetes.api.model.core.v1.Volume;
import dev.javernetes.api.model.core.v1.VolumeProjection;
import dev.javernetes.kubelet.container.DownwardApi;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.container.References;
import dev.javernetes.kubelet.volume.AtomicWriter.Owner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sets a pod's volumes up, refreshes them and takes them down.
 *
 * <pre>{@code
 * var ready = volumes.setUp(pod, facts);        // before its containers, and at every change
 * Path cache = ready.volumes().get("cache").path();
 * volumes.tearDown(pod.metadata().uid());       // after them
 * }</pre>
 *
 * Setting up twice is harmless: files are written only if they changed, mounts made only once.
 */
public final class PodVolumes {
  private static final DateTimeFormatter VERSION =
      DateTimeFormatter.ofPattern("yyyy_MM_dd_HH_mm_ss.nnnnnnnnn", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int DEFAULT_FILE_MODE = 0644;
  private static final long DEFAULT_TOKEN_SECONDS = 3600;

  private final PodDirectories directories;
  private final Mounter mounter;
  private final References references;
  private final ServiceAccountTokens tokens;
  private final Claims claims;
  private final CsiVolumes csi;
  private final InstantSource clock;

  public PodVolumes(
      PodDirectories directories,
      Mounter mounter,
      References references,
      ServiceAccountTokens tokens,
      Claims claims,
      CsiVolumes csi,
      InstantSource clock) {
    this.directories = directories;
    this.mounter = mounter;
    this.references = references;
    this.tokens = tokens;
    this.claims = claims;
    this.csi = csi;
    this.clock = clock;
  }

  /**
   * What is set up.
   *
   * @param refreshAt when a token must be renewed; null if never
   */
  public record Ready(Map<String, MountedVolume> volumes, @Nullable Instant refreshAt) {
    public Ready {
      volumes = Map.copyOf(volumes);
    }
  }

  /** Every volume that a container of the pod mounts. */
  public Ready setUp(Pod pod, DownwardApi.Facts facts) throws VolumeException {
    Set<String> used = new LinkedHashSet<>();
    PodContainers.all(pod)
        .forEach(container -> {
          container.volumeMounts().forEach(mount -> used.add(mount.name()));
          container.volumeDevices().forEach(device -> used.add(device.name()));
        });
    Map<String, MountedVolume> ready = new LinkedHashMap<>();
    Instant[] refreshAt = new Instant[1];
    for (Volume volume : pod.spec().volumes()) {
      if (!used.contains(volume.name())) {
        continue;
      }
      try {
        ready.put(volume.name(), setUp(pod, volume, facts, refreshAt));
      } catch (VolumeException | IOException | ApiException | UncheckedIOException problem) {
        throw new VolumeException(
            "MountVolume.SetUp failed for volume %s : %s"
                .formatted(GoQuote.quote(volume.name()), problem.getMessage()),
            problem);
      }
    }
    return new Ready(ready, refreshAt[0]);
  }

  /** Unmounts and deletes all that was set up for the pod. */
  public void tearDown(String podUid) throws IOException {
    Path root = directories.pod(podUid);
    csi.tearDown(podUid);
    for (Path mount : mounter.mountsBelow(root)) {
      mounter.unmount(mount);
    }
    if (!mounter.mountsBelow(root).isEmpty()) {
      throw new IOException(root + " still has mounts");
    }
    AtomicWriter.deleteTree(root);
    tokens.forget(podUid);
  }

  private MountedVolume setUp(Pod pod, Volume volume, DownwardApi.Facts facts, Instant[] refreshAt)
      throws VolumeException, IOException {
    String uid = pod.metadata().uid();
    if (volume.emptyDir() != null) {
      return emptyDir(pod, volume.name(), volume.emptyDir());
    }
    if (volume.hostPath() != null) {
      Path path = Path.of(volume.hostPath().path());
      HostPathCheck.prepare(path, Objects.requireNonNullElse(volume.hostPath().type(), ""));
      return new MountedVolume(path, false, null);
    }
    if (volume.configMap() != null) {
      var source = volume.configMap();
      int mode = modeOf(source.defaultMode());
      Path path = directories.volume(uid, "kubernetes.io~configmap", volume.name());
      Map<String, ProjectedFile> files =
          VolumeFiles.of(
              references.configMap(pod.metadata().namespace(), source.name()),
              source.name(),
              pod.metadata().namespace(),
              source.items(),
              mode,
              Boolean.TRUE.equals(source.optional()));
      write(pod, path, files, false, null);
      return new MountedVolume(path, true, null);
    }
    if (volume.secret() != null) {
      var source = volume.secret();
      Path path = directories.volume(uid, "kubernetes.io~secret", volume.name());
      Map<String, ProjectedFile> files =
          VolumeFiles.of(
              references.secret(pod.metadata().namespace(), source.secretName()),
              source.secretName(),
              pod.metadata().namespace(),
              source.items(),
              modeOf(source.defaultMode()),
              Boolean.TRUE.equals(source.optional()));
      write(pod, path, files, true, null);
      return new MountedVolume(path, true, null);
    }
    if (volume.downwardAPI() != null) {
      Path path = directories.volume(uid, "kubernetes.io~downward-api", volume.name());
      Map<String, ProjectedFile> files =
          VolumeFiles.of(
              pod, volume.downwardAPI().items(), modeOf(volume.downwardAPI().defaultMode()), facts);
      write(pod, path, files, true, null);
      return new MountedVolume(path, true, null);
    }
    if (volume.projected() != null) {
      return projected(pod, volume, facts, refreshAt);
    }
    if (volume.persistentVolumeClaim() != null) {
      boolean readOnly = Boolean.TRUE.equals(volume.persistentVolumeClaim().readOnly());
      PersistentVolume bound =
          claims.volumeOf(pod, volume.persistentVolumeClaim().claimName(), false);
      return persistent(pod, volume, bound, readOnly);
    }
    if (volume.ephemeral() != null) {
      String claim = pod.metadata().name() + "-" + volume.name();
      return persistent(pod, volume, claims.volumeOf(pod, claim, true), false);
    }
    if (volume.csi() != null) {
      return csi.inline(pod, volume);
    }
    if (volume.image() != null) {
      return new MountedVolume(Path.of("/"), true, volume.image().reference());
    }
    throw new VolumeException(
        "volume type " + typeName(volume) + " is not supported by this kubelet");
  }

  private MountedVolume emptyDir(Pod pod, String name, EmptyDirVolumeSource source)
      throws IOException, VolumeException {
    Path path = directories.volume(pod.metadata().uid(), "kubernetes.io~empty-dir", name);
    boolean fresh = !Files.isDirectory(path);
    switch (source.medium()) {
      case "" -> {
        if (fresh) {
          Files.createDirectories(path);
          AtomicWriter.setMode(path, 0777);
        }
      }
      case "Memory" -> {
        Quantity limit = source.sizeLimit();
        mounter.tmpfs(path, limit == null ? 0 : limit.value(), 01777);
      }
      default ->
          throw new VolumeException(
              "emptyDir medium " + source.medium() + " is not supported by this kubelet");
    }
    Long group = fsGroup(pod);
    if (fresh && group != null) {
      Ownership.give(path, group, false, false);
    }
    return new MountedVolume(path, false, null);
  }

  private MountedVolume projected(
      Pod pod, Volume volume, DownwardApi.Facts facts, Instant[] refreshAt)
      throws VolumeException, IOException {
    var source = Objects.requireNonNull(volume.projected());
    String namespace = pod.metadata().namespace();
    int mode = modeOf(source.defaultMode());
    Map<String, ProjectedFile> files = new LinkedHashMap<>();
    Owner tokenOwner = null;
    for (VolumeProjection part : source.sources()) {
      if (part.configMap() != null) {
        var map = part.configMap();
        files.putAll(
            VolumeFiles.of(
                references.configMap(namespace, map.name()),
                map.name(),
                namespace,
                map.items(),
                mode,
                Boolean.TRUE.equals(map.optional())));
      } else if (part.secret() != null) {
        var secret = part.secret();
        files.putAll(
            VolumeFiles.of(
                references.secret(namespace, secret.name()),
                secret.name(),
                namespace,
                secret.items(),
                mode,
                Boolean.TRUE.equals(secret.optional())));
      } else if (part.downwardAPI() != null) {
        files.putAll(VolumeFiles.of(pod, part.downwardAPI().items(), mode, facts));
      } else if (part.serviceAccountToken() != null) {
        var wanted = part.serviceAccountToken();
        long seconds =
            wanted.expirationSeconds() == null ? DEFAULT_TOKEN_SECONDS : wanted.expirationSeconds();
        var token = tokens.get(pod, wanted.audience(), seconds);
        if (refreshAt[0] == null || token.refreshAt().isBefore(refreshAt[0])) {
          refreshAt[0] = token.refreshAt();
        }
        Long user = commonUser(pod);
        int tokenMode = user != null ? 0600 : fsGroup(pod) != null ? 0640 : mode;
        if (user != null) {
          tokenOwner = new Owner(Math.toIntExact(user), null);
        }
        files.put(
            wanted.path(),
            new ProjectedFile(token.value().getBytes(StandardCharsets.UTF_8), tokenMode));
      } else if (part.clusterTrustBundle() != null) {
        throw new VolumeException("clusterTrustBundle sources are not supported by this kubelet");
      } else if (part.podCertificate() != null) {
        throw new VolumeException("podCertificate sources are not supported by this kubelet");
      }
    }
    Path path = directories.volume(pod.metadata().uid(), "kubernetes.io~projected", volume.name());
    write(pod, path, files, true, tokenOwner);
    return new MountedVolume(path, true, null);
  }

  private MountedVolume persistent(
      Pod pod, Volume volume, PersistentVolume persistent, boolean claimReadOnly)
      throws VolumeException, IOException {
    var spec = persistent.spec();
    if (spec.volumeMode().equals("Block")) {
      throw new VolumeException("volumeMode Block is not supported by this kubelet");
    }
    boolean readOnly =
        claimReadOnly || spec.accessModes().equals(java.util.List.of("ReadOnlyMany"));
    if (spec.hostPath() != null) {
      Path path = Path.of(spec.hostPath().path());
      HostPathCheck.prepare(path, Objects.requireNonNullElse(spec.hostPath().type(), ""));
      return new MountedVolume(path, readOnly, null);
    }
    if (spec.local() != null) {
      Path path = Path.of(spec.local().path());
      if (!Files.isDirectory(path)) {
        throw new VolumeException("path " + GoQuote.quote(path.toString()) + " does not exist");
      }
      Long group = fsGroup(pod);
      if (group != null && !readOnly) {
        Ownership.give(path, group, false, onlyOnMismatch(pod));
      }
      return new MountedVolume(path, readOnly, null);
    }
    if (spec.csi() != null) {
      return csi.persistent(pod, volume.name(), persistent, readOnly, fsGroup(pod));
    }
    throw new VolumeException(
        "persistent volume %s is of a type that this kubelet does not support"
            .formatted(persistent.metadata().name()));
  }

  private void write(
      Pod pod,
      Path path,
      Map<String, ProjectedFile> files,
      boolean inMemory,
      @Nullable Owner fileOwner)
      throws IOException {
    if (inMemory) {
      mounter.tmpfs(path, 0, 0777); // secrets must not reach a disk
    } else {
      Files.createDirectories(path);
    }
    Long group = fsGroup(pod);
    Owner owner = fileOwner;
    Map<String, ProjectedFile> owned = files;
    if (group != null && owner == null) {
      owner = new Owner(null, Math.toIntExact(group));
      owned = new LinkedHashMap<>();
      for (Map.Entry<String, ProjectedFile> file : files.entrySet()) {
        int mode = file.getValue().mode() | ((file.getValue().mode() & 0400) >> 3);
        owned.put(file.getKey(), new ProjectedFile(file.getValue().content(), mode));
      }
    }
    AtomicWriter.write(path, owned, VERSION.format(clock.instant()), owner);
  }

  private static int modeOf(@Nullable Integer mode) {
    return mode == null ? DEFAULT_FILE_MODE : mode;
  }

  static @Nullable Long fsGroup(Pod pod) {
    PodSecurityContext context = pod.spec().securityContext();
    return context == null ? null : context.fsGroup();
  }

  static boolean onlyOnMismatch(Pod pod) {
    PodSecurityContext context = pod.spec().securityContext();
    return context != null && context.fsGroupChangePolicy().equals("OnRootMismatch");
  }

  /** The user that all containers run as, if the pod says so: then a token is for it alone. */
  private static @Nullable Long commonUser(Pod pod) {
    PodSecurityContext context = pod.spec().securityContext();
    Long common = null;
    for (var container : PodContainers.all(pod)) {
      Long user = context == null ? null : context.runAsUser();
      if (container.securityContext() != null && container.securityContext().runAsUser() != null) {
        user = container.securityContext().runAsUser();
      }
      if (user == null || (common != null && !common.equals(user))) {
        return null;
      }
      common = user;
    }
    return common;
  }

  private static String typeName(Volume volume) {
    return volume.toJson().keySet().stream()
        .filter(key -> !key.equals("name"))
        .findFirst()
        .orElse("(none)");
  }
}
