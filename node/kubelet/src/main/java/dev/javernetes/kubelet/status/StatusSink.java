package dev.javernetes.kubelet.status;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodStatus;

/** Where the workers' statuses go. */
public interface StatusSink {

  /** Returns at once; a later status overtakes one that is not sent yet. */
  void set(Pod pod, PodStatus status);

  /** Waits until what was set last is stored, or the pod turns out to be gone. */
  void flush(String podUid) throws InterruptedException;

  /** Deletes the pod from the API for good: nothing of it is left on the node. */
  void finishDeletion(Pod pod);

  void forget(String podUid);
}
