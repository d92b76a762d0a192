package dev.javernetes.kubelet.volume;

import java.util.Arrays;

/** One file of an atomically written volume: its bytes and permission bits. */
record ProjectedFile(byte[] content, int mode) {

  @Override
  public boolean equals(Object other) {
    return other instanceof ProjectedFile file
        && mode == file.mode
        && Arrays.equals(content, file.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content) * 31 + mode;
  }

  @Override
  public String toString() {
    return content.length + " bytes, mode " + Integer.toOctalString(mode);
  }
}
