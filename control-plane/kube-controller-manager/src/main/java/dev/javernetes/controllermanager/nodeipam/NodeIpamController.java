package dev.javernetes.controllermanager.nodeipam;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.Patch;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a part of every cluster range for each node and writes it as podCIDRs. What nodes had when
 * we started stays theirs; a deleted node's part is free again.
 */
public final class NodeIpamController implements Controller {
  private static final Logger log = LoggerFactory.getLogger(NodeIpamController.class);

  private final ControllerContext context;
  private final List<CidrSet> ranges = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Loop<ObjectKey> loop;
  private final Informer<Node> nodes;

  /**
   * @param clusterCidrs one range, or one of each family
   * @param serviceCidrs of which no node gets a part
   * @throws IllegalArgumentException if there is none, or one cannot be parted so
   */
  public NodeIpamController(
      ControllerContext context,
      List<String> clusterCidrs,
      List<String> serviceCidrs,
      int maskSizeV4,
      int maskSizeV6) {
    if (clusterCidrs.isEmpty()) {
      throw new IllegalArgumentException("--allocate-node-cidrs needs --cluster-cidr");
    }
    this.context = context;
    for (String cidr : clusterCidrs) {
      ranges.add(new CidrSet(cidr, cidr.indexOf(':') >= 0 ? maskSizeV6 : maskSizeV4));
    }
    serviceCidrs.forEach(cidr -> ranges.forEach(range -> range.exclude(cidr)));
    this.loop = Loop.of("cidrallocator", context, 1);
    this.nodes = loop.informer(Node.TYPE);
    loop.on(
        nodes,
        new EventHandler<>() {
          @Override
          public void added(Node node, boolean initial) {
            loop.queue().add(Meta.key(node));
          }

          @Override
          public void changed(Node before, Node now) {
            if (now.spec().podCIDRs().isEmpty()) {
              loop.queue().add(Meta.key(now));
            }
          }

          @Override
          public void deleted(Node node) {
            release(node.spec().podCIDRs());
          }
        });
  }

  @Override
  public void start() {
    loop.start(() -> nodes.list().forEach(this::occupy), this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void occupy(Node node) {
    lock.lock();
    try {
      for (String cidr : node.spec().podCIDRs()) {
        boolean known = ranges.stream().anyMatch(range -> range.contains(cidr));
        if (!known) {
          log.warn("node {} has {}, which is outside --cluster-cidr", Meta.key(node), cidr);
        }
        ranges.forEach(range -> range.occupy(cidr));
      }
    } finally {
      lock.unlock();
    }
  }

  private void release(List<String> cidrs) {
    lock.lock();
    try {
      cidrs.forEach(cidr -> ranges.forEach(range -> range.release(cidr)));
    } finally {
      lock.unlock();
    }
  }

  private void reconcile(ObjectKey key) {
    Node node = nodes.get(key).orElse(null);
    if (node == null) {
      return;
    }
    if (!node.spec().podCIDRs().isEmpty()) {
      occupy(node);
      return;
    }
    List<String> cidrs = allocate();
    if (cidrs.size() < ranges.size()) {
      release(cidrs);
      context
          .events()
          .normal(
              ObjectRef.of(node),
              "CIDRNotAvailable",
              "Node " + key.name() + " status is now: CIDRNotAvailable");
      throw ApiException.of(
          StatusReason.CONFLICT, "no range of pod addresses is left for node " + key.name());
    }
    JsonObject spec =
        JsonObject.of("podCIDR", cidrs.getFirst(), "podCIDRs", new ArrayList<Object>(cidrs));
    JsonObject change =
        JsonObject.of(
            "metadata",
            JsonObject.of("resourceVersion", node.metadata().resourceVersion()),
            "spec",
            spec);
    try {
      context.client().patch(Node.TYPE, "", key.name(), Patch.merge(change));
    } catch (ApiException refusal) {
      release(cidrs);
      throw refusal;
    }
  }

  private List<String> allocate() {
    lock.lock();
    try {
      List<String> cidrs = new ArrayList<>();
      for (CidrSet range : ranges) {
        String cidr = range.allocate();
        if (cidr != null) {
          cidrs.add(cidr);
        }
      }
      return cidrs;
    } finally {
      lock.unlock();
    }
  }
}
