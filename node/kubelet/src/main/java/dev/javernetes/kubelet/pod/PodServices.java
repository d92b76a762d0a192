package dev.javernetes.kubelet.pod;

import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.cgroup.PodCgroups;
import dev.javernetes.kubelet.container.ImagePuller;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.event.Events;
import dev.javernetes.kubelet.probe.Probes;
import dev.javernetes.kubelet.status.StatusSink;
import dev.javernetes.kubelet.volume.ContainerMounts;
import dev.javernetes.kubelet.volume.PodDirectories;
import dev.javernetes.kubelet.volume.PodVolumes;
import dev.javernetes.kubelet.volume.WatchedReferences;
import java.util.Collection;
import java.util.function.Supplier;

/** What every pod worker uses, wired once. */
public record PodServices(
    ContainerRuntime runtime,
    PodDirectories directories,
    PodVolumes volumes,
    ContainerMounts mounts,
    WatchedReferences references,
    Supplier<Collection<Service>> services,
    ImagePuller images,
    Probes probes,
    PodCgroups cgroups,
    RuntimeClasses runtimeClasses,
    ResizeFit resizeFit,
    StatusSink status,
    Events events,
    Timers timers,
    NodeFacts node) {}
