package dev.javernetes.etcd.server;

import com.google.protobuf.ByteString;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.protocol.EtcdRpc.SnapshotResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Streams a snapshot in chunks and ends it as etcd does: filled up to a multiple of 512 bytes, then
 * the SHA-256 of everything, which is how clients know that a file is complete.
 */
final class SnapshotSender extends OutputStream {
  private static final int CHUNK_BYTES = 32 << 10;
  private static final int BLOCK_BYTES = 512;

  private final PacedSender<SnapshotResponse> sender;
  private final Member member;
  private final long revision;
  private final MessageDigest digest;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private int filled;
  private long total;

  SnapshotSender(PacedSender<SnapshotResponse> sender, Member member, long revision) {
    this.sender = sender;
    this.member = member;
    this.revision = revision;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  void send(Store store) throws IOException {
    store.snapshot(this);
    int over = (int) (total % BLOCK_BYTES);
    if (over > 0) {
      write(new byte[BLOCK_BYTES - over]);
    }
    flushChunk();
    sendBytes(digest.digest());
    sender.complete();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    total += length;
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, chunk.length - filled);
      System.arraycopy(bytes, offset + done, chunk, filled, part);
      filled += part;
      done += part;
      if (filled == chunk.length) {
        flushChunk();
      }
    }
  }

  private void flushChunk() throws IOException {
    if (filled > 0) {
      digest.update(chunk, 0, filled);
      byte[] sent = Arrays.copyOf(chunk, filled);
      filled = 0;
      sendBytes(sent);
    }
  }

  private void sendBytes(byte[] bytes) throws IOException {
    boolean sent =
        sender.send(
            SnapshotResponse.newBuilder()
                .setHeader(member.header(revision))
                .setBlob(ByteString.copyFrom(bytes))
                .build());
    if (!sent) {
      throw new IOException("the client is gone");
    }
  }
}
