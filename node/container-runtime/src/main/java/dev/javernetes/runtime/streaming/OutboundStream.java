package dev.javernetes.runtime.streaming;

import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes of a blocking thread onto a connection, each waited for: a client that does not read stops
 * the program that writes.
 */
final class OutboundStream extends OutputStream {
  interface Sink {
    ChannelFuture send(byte[] bytes);
  }

  private final Sink sink;

  OutboundStream(Sink sink) {
    this.sink = sink;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    byte[] copy = java.util.Arrays.copyOfRange(buffer, offset, offset + length);
    await(sink.send(copy));
  }

  static void await(ChannelFuture future) throws IOException {
    try {
      future.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted");
    }
    if (!future.isSuccess()) {
      throw new IOException("the client is gone", future.cause());
    }
  }
}
