package dev.javernetes.etcd.protocol.bbolt;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.UNSUPPORTED;
import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Mutation;
import dev.javernetes.etcd.mvcc.PackedRevision;
import dev.javernetes.etcd.mvcc.SnapshotSummary;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreStatus;
import dev.javernetes.etcd.protocol.EtcdKv;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.KeyMessages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A snapshot file of an upstream etcd (3.0 to 3.6), or the {@code member/snap/db} of a stopped one:
 * a bbolt database whose bucket {@code key} holds every change since the last compaction under its
 * revision. {@code etcdctl snapshot save} appends the SHA-256 of everything before; a copied
 * database has none.
 *
 * <p>Users and roles are not taken over: upstream keeps bcrypt hashes, which this store does not
 * check. A snapshot with authentication switched on is therefore refused unless that is accepted.
 */
public final class UpstreamSnapshot implements AutoCloseable {
  private static final int SECTOR_BYTES = 512;
  private static final int DIGEST_BYTES = 32;
  private static final int REVISION_BYTES = 17;

  private final Path path;
  private final BoltFile bolt;

  private UpstreamSnapshot(Path path, BoltFile bolt) {
    this.path = path;
    this.bolt = bolt;
  }

  /** Whether a file is a bbolt database. */
  public static boolean isOne(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] head = in.readNBytes(BoltFile.MAGIC_OFFSET + Integer.BYTES);
      return head.length == BoltFile.MAGIC_OFFSET + Integer.BYTES
          && Integer.reverseBytes(ByteBuffer.wrap(head).getInt(BoltFile.MAGIC_OFFSET))
              == BoltFile.MAGIC;
    }
  }

  /** Opens a file and checks its digest, if it has one. */
  public static UpstreamSnapshot open(Path path) throws IOException {
    checkDigest(path);
    return new UpstreamSnapshot(path, BoltFile.open(path));
  }

  private static void checkDigest(Path path) throws IOException {
    long size = Files.size(path);
    if (size % SECTOR_BYTES != DIGEST_BYTES) {
      return;
    }
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(path), MessageDigest.getInstance("SHA-256"))) {
      byte[] buffer = new byte[1 << 16];
      for (long left = size - DIGEST_BYTES; left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          break;
        }
        left -= read;
      }
      byte[] actual = in.getMessageDigest().digest();
      in.on(false);
      if (!Arrays.equals(actual, in.readNBytes(DIGEST_BYTES))) {
        throw new StoreException(
            StoreException.Reason.CORRUPT,
            path + " is damaged: its SHA-256 does not match; take another snapshot");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** What {@code etcdctl snapshot status} says: the same hash over all buckets, and counts. */
  public SnapshotSummary summary() {
    CRC32C crc = new CRC32C();
    long[] revision = {0};
    Set<ByteBuffer> keys = new HashSet<>();
    for (BoltFile.Bucket bucket : bolt.buckets()) {
      crc.update(bucket.name());
      boolean isKeys = isNamed(bucket, "key");
      bolt.forEach(
          bucket,
          (key, value) -> {
            crc.update(key);
            crc.update(value);
            if (isKeys) {
              long packed = packed(key);
              revision[0] = PackedRevision.main(packed);
              ByteBuffer name = keyValue(value).getKey().asReadOnlyByteBuffer();
              if (PackedRevision.isTombstone(packed)) {
                keys.remove(name);
              } else {
                keys.add(name);
              }
            }
          });
    }
    return new SnapshotSummary(
        (int) crc.getValue(), revision[0], keys.size(), bolt.sizeBytes(), "etcd (bbolt)");
  }

  /**
   * Tells everything in the order that a backend wants it.
   *
   * @param withoutAuth users and roles may be left behind
   */
  public void feed(boolean withoutAuth, Consumer<Mutation> into) {
    if (!withoutAuth && authIsOn()) {
      throw new StoreException(
          UNSUPPORTED,
          path
              + " has authentication switched on, and upstream's users and roles cannot be taken over;"
              + " restore with --skip-auth, then make the users again and switch it on");
    }
    forEach(
        "meta",
        (key, value) -> {
          if (Arrays.equals(key, "scheduledCompactRev".getBytes(US_ASCII))) {
            into.accept(new Mutation.Compacted(PackedRevision.main(packed(value))));
          }
        });
    forEach("lease", (key, value) -> into.accept(lease(value)));
    forEach("alarm", (key, value) -> alarm(key, into));
    forEach(
        "key",
        (key, value) -> {
          long packed = packed(key);
          EtcdKv.KeyValue kv = keyValue(value);
          KeyValue stored =
              PackedRevision.isTombstone(packed)
                  ? KeyValue.tombstone(KeyMessages.bytes(kv.getKey()), PackedRevision.main(packed))
                  : KeyMessages.keyValue(kv);
          into.accept(new Mutation.Change(packed, stored, 0));
        });
  }

  private boolean authIsOn() {
    boolean[] on = {false};
    forEach(
        "auth",
        (key, value) ->
            on[0] |=
                Arrays.equals(key, "authEnabled".getBytes(US_ASCII))
                    && value.length > 0
                    && value[0] != 0);
    return on[0];
  }

  private static boolean isNamed(BoltFile.Bucket bucket, String name) {
    return Arrays.equals(bucket.name(), name.getBytes(US_ASCII));
  }

  private void forEach(String name, BoltFile.Visitor visitor) {
    for (BoltFile.Bucket bucket : bolt.buckets()) {
      if (isNamed(bucket, name)) {
        bolt.forEach(bucket, visitor);
      }
    }
  }

  /** {@code main u64 '_' sub u64}, big-endian, and a {@code t} behind it for a deletion. */
  private long packed(byte[] key) {
    if (key.length < REVISION_BYTES || key[8] != '_') {
      throw bolt.damaged("a revision has an unknown form");
    }
    ByteBuffer numbers = ByteBuffer.wrap(key);
    long sub = numbers.getLong(9);
    if (sub < 0 || sub > PackedRevision.MAX_SUB) {
      throw new StoreException(
          UNSUPPORTED,
          path + " has a transaction of more than " + PackedRevision.MAX_SUB + " changes");
    }
    return PackedRevision.of(numbers.getLong(0), (int) sub, key.length > REVISION_BYTES);
  }

  private EtcdKv.KeyValue keyValue(byte[] value) {
    try {
      return EtcdKv.KeyValue.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw bolt.damaged("a key's record does not decode");
    }
  }

  /** leasepb.Lease: {@code ID = 1, TTL = 2, RemainingTTL = 3}; the time starts anew. */
  private Mutation lease(byte[] value) {
    long id = 0;
    long ttl = 0;
    try {
      CodedInputStream in = CodedInputStream.newInstance(value);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> id = in.readInt64();
          case 2 -> ttl = in.readInt64();
          default -> in.skipField(tag);
        }
      }
    } catch (IOException e) {
      throw bolt.damaged("a lease does not decode");
    }
    return new Mutation.LeaseGranted(id, Math.max(1, ttl));
  }

  private void alarm(byte[] key, Consumer<Mutation> into) {
    try {
      switch (EtcdRpc.AlarmMember.parseFrom(key).getAlarm()) {
        case NOSPACE -> into.accept(new Mutation.AlarmChanged(StoreStatus.Alarm.NO_SPACE, true));
        case CORRUPT -> into.accept(new Mutation.AlarmChanged(StoreStatus.Alarm.CORRUPT, true));
        case NONE, UNRECOGNIZED -> {}
      }
    } catch (InvalidProtocolBufferException e) {
      throw bolt.damaged("an alarm does not decode");
    }
  }

  @Override
  public void close() {
    bolt.close();
  }
}
