package dev.javernetes.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  /** A label that says EC: the fabric8 client takes every other for RSA. */
  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void anEcKeySaysThatItIsOneAndIsReadBack(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    for (int i = 0; i < 20; i++) { // some have leading zeros
      KeyPair pair = generator.generateKeyPair();
      ECPrivateKey key = (ECPrivateKey) pair.getPrivate();
      String text = Pem.privateKey(key, pair.getPublic());
      assertThat(text).startsWith("-----BEGIN EC PRIVATE KEY-----\n");
      assertThat(Pem.parsePrivateKey(text))
          .isInstanceOfSatisfying(
              ECPrivateKey.class, read -> assertThat(read.getS()).isEqualTo(key.getS()));
    }
  }
}
