package dev.javernetes.kubelet;
class KubeletServer implements AutoCloseable {
  static KubeletServer start(KubeletOptions o, dev.javernetes.client.Client c, dev.javernetes.kubelet.cri.ContainerRuntime r, dev.javernetes.kubelet.pod.PodWorkers w, dev.javernetes.kubelet.node.Capacity cap, dev.javernetes.client.Timers t) { return new KubeletServer(); }
  int port() { return 10250; }
  @Override public void close() {}
}
