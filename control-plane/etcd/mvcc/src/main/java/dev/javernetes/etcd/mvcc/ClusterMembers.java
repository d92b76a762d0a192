package dev.javernetes.etcd.mvcc;

import java.util.List;

/** A replicated store's members, and what an administrator does to them. */
public interface ClusterMembers {

  /**
   * One member.
   *
   * @param name empty until it has started once
   * @param peerUrl where the other members reach it
   * @param clientUrls where it says that clients connect
   * @param learner gets every write but has no vote
   */
  record ClusterMember(
      long id, String name, String peerUrl, List<String> clientUrls, boolean learner) {
    public ClusterMember {
      clientUrls = List.copyOf(clientUrls);
    }
  }

  /** The same on every member. */
  long clusterId();

  /** The member that this is asked of. */
  long memberId();

  /** The member that leads, 0 if none is known. */
  long leaderId();

  long term();

  /** How far this member's log was applied. */
  long appliedIndex();

  List<ClusterMember> members();

  /** Lets a member in; it counts once it has been started and has caught up. */
  ClusterMember add(String peerUrl, boolean learner);

  void remove(long id);

  /** Gives a learner its vote. */
  void promote(long id);

  /** Makes another member the leader. */
  void moveLeader(long id);
}
