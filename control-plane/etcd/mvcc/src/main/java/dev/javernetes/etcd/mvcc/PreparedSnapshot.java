package dev.javernetes.etcd.mvcc;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.locks.Lock;

/** A state that stays readable until it is closed, by the thread that prepared it. */
public final class PreparedSnapshot implements AutoCloseable {
  private final List<Mutation> metadata;
  private final Backend backend;
  private final long revision;
  private final Lock keepsRecords;

  /**
   * @param keepsRecords held until this is closed, so that compaction drops nothing
   */
  PreparedSnapshot(List<Mutation> metadata, Backend backend, long revision, Lock keepsRecords) {
    this.metadata = metadata;
    this.backend = backend;
    this.revision = revision;
    this.keepsRecords = keepsRecords;
  }

  public void writeTo(OutputStream out) throws IOException {
    Snapshots.write(out, metadata, backend, revision);
  }

  @Override
  public void close() {
    keepsRecords.unlock();
  }
}
