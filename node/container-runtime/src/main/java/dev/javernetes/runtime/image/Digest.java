package dev.javernetes.runtime.image;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of some bytes by their hash: {@code sha256:e3b0c442…}. SHA-512 is read too, as the OCI
 * image specification registers it.
 */
public record Digest(String algorithm, String hex) implements Comparable<Digest> {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA512 = Pattern.compile("[0-9a-f]{128}");

  public Digest {
    boolean valid =
        switch (algorithm) {
          case "sha256" -> SHA256.matcher(hex).matches();
          case "sha512" -> SHA512.matcher(hex).matches();
          default -> false;
        };
    if (!valid) {
      throw new IllegalArgumentException("not a digest: " + algorithm + ":" + hex);
    }
  }

  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not a digest: " + text);
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  public static Digest sha256(byte[] bytes) {
    return new Digest("sha256", HexFormat.of().formatHex(hasher("sha256").digest(bytes)));
  }

  /** A stream that hashes what is read of it; ask {@link Hashing#digest} at its end. */
  public static Hashing hashing(InputStream stream, String algorithm) {
    return new Hashing(stream, algorithm);
  }

  @Override
  public int compareTo(Digest other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }

  static MessageDigest hasher(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.equals("sha512") ? "SHA-512" : "SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-2", e);
    }
  }

  public static final class Hashing extends DigestInputStream {
    private final String algorithm;
    private long count;

    private Hashing(InputStream stream, String algorithm) {
      super(stream, hasher(algorithm));
      this.algorithm = algorithm;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count += value >= 0 ? 1 : 0;
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      count += Math.max(0, n);
      return n;
    }

    /** Reads: what is skipped belongs to the hash, and the stream below would skip it unseen. */
    @Override
    public long skip(long count) throws IOException {
      byte[] skipped = new byte[(int) Math.clamp(count, 0, 8192)];
      return Math.max(0, read(skipped, 0, skipped.length));
    }

    public long count() {
      return count;
    }

    public Digest digest() throws IOException {
      byte[] rest = new byte[8192];
      while (read(rest) >= 0) {
        // what follows the end of a tar archive belongs to the hash all the same
      }
      return new Digest(algorithm, HexFormat.of().formatHex(getMessageDigest().digest()));
    }
  }
}
