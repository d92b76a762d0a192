package dev.javernetes.api.cel.value;

import java.math.BigInteger;

/** An unsigned integer of 64 bits. */
public record Uint(long bits) implements Comparable<Uint> {
  /** Fails with cel-go's words if it does not fit. */
  public static Uint of(BigInteger value) {
    if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
      throw new EvaluationFailure("unsigned integer overflow");
    }
    return new Uint(value.longValue());
  }

  public BigInteger value() {
    return new BigInteger(Long.toUnsignedString(bits));
  }

  public double doubleValue() {
    return value().doubleValue();
  }

  @Override
  public int compareTo(Uint other) {
    return Long.compareUnsigned(bits, other.bits);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(bits);
  }
}
