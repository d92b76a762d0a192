package dev.javernetes.etcd.mvcc;

import static java.util.Objects.requireNonNull;

/**
 * Reads a range of keys as they were at one revision.
 *
 * <p>{@code RangeRequest.of(KeyRange.prefix("/registry/pods/")).withLimit(500)} is the first page
 * of pods; the next page starts at the last key's {@link Bytes#successor()} with the first answer's
 * revision.
 *
 * @param revision 0 for the newest
 * @param limit most keys in the answer, 0 for no limit; the answer's count ignores it
 * @param keysOnly leave values empty
 * @param countOnly only count
 * @param serializable may be answered from a member's possibly stale state; matters for a remote
 *     cluster only
 */
public record RangeRequest(
    KeyRange range,
    long revision,
    long limit,
    boolean keysOnly,
    boolean countOnly,
    boolean serializable,
    Sort sort,
    RevisionBounds bounds) {

  public RangeRequest {
    requireNonNull(range);
    if (revision < 0 || limit < 0) {
      throw new IllegalArgumentException("negative revision or limit");
    }
  }

  public static RangeRequest of(KeyRange range) {
    return new RangeRequest(
        range, 0, 0, false, false, false, Sort.BY_KEY, RevisionBounds.UNBOUNDED);
  }

  public static RangeRequest of(Bytes key) {
    return of(KeyRange.single(key));
  }

  public RangeRequest withRevision(long value) {
    return new RangeRequest(range, value, limit, keysOnly, countOnly, serializable, sort, bounds);
  }

  public RangeRequest withLimit(long value) {
    return new RangeRequest(
        range, revision, value, keysOnly, countOnly, serializable, sort, bounds);
  }

  public RangeRequest withKeysOnly() {
    return new RangeRequest(range, revision, limit, true, countOnly, serializable, sort, bounds);
  }

  public RangeRequest withCountOnly() {
    return new RangeRequest(range, revision, limit, keysOnly, true, serializable, sort, bounds);
  }

  public RangeRequest withSerializable() {
    return new RangeRequest(range, revision, limit, keysOnly, countOnly, true, sort, bounds);
  }

  public RangeRequest withSort(Sort value) {
    return new RangeRequest(
        range, revision, limit, keysOnly, countOnly, serializable, value, bounds);
  }

  public RangeRequest withBounds(RevisionBounds value) {
    return new RangeRequest(range, revision, limit, keysOnly, countOnly, serializable, sort, value);
  }

  /** What the answer is ordered by. */
  public enum SortTarget {
    KEY,
    VERSION,
    CREATE_REVISION,
    MOD_REVISION,
    VALUE
  }

  /**
   * The order of the answer; every order but ascending by key costs reading the whole range before
   * the limit applies.
   */
  public record Sort(SortTarget target, boolean descending) {
    public static final Sort BY_KEY = new Sort(SortTarget.KEY, false);

    public boolean isNatural() {
      return target == SortTarget.KEY && !descending;
    }
  }

  /** Keeps only keys whose revisions lie within (inclusive); 0 leaves a side open. */
  public record RevisionBounds(long minMod, long maxMod, long minCreate, long maxCreate) {
    public static final RevisionBounds UNBOUNDED = new RevisionBounds(0, 0, 0, 0);

    public boolean isUnbounded() {
      return equals(UNBOUNDED);
    }

    public boolean admits(KeyValue kv) {
      return (minMod == 0 || kv.modRevision() >= minMod)
          && (maxMod == 0 || kv.modRevision() <= maxMod)
          && (minCreate == 0 || kv.createRevision() >= minCreate)
          && (maxCreate == 0 || kv.createRevision() <= maxCreate);
    }
  }
}
