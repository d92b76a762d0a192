package dev.javernetes.etcd.server;

import com.google.protobuf.ByteString;
import dev.javernetes.etcd.protocol.StoredAuth;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Passwords as salted PBKDF2 hashes (RFC 8018); the password itself is never kept. */
final class Passwords {
  private static final int ITERATIONS = 100_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BITS = 256;

  private final SecureRandom random;

  Passwords(SecureRandom random) {
    this.random = random;
  }

  StoredAuth.User.Builder set(StoredAuth.User.Builder user, String password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return user.setNoPassword(false)
        .setSalt(ByteString.copyFrom(salt))
        .setIterations(ITERATIONS)
        .setHash(ByteString.copyFrom(hash(password, salt, ITERATIONS)));
  }

  boolean matches(StoredAuth.User user, String password) {
    return !user.getNoPassword()
        && MessageDigest.isEqual(
            user.getHash().toByteArray(),
            hash(password, user.getSalt().toByteArray(), user.getIterations()));
  }

  private static byte[] hash(String password, byte[] salt, int iterations) {
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA256", e);
    }
  }
}
