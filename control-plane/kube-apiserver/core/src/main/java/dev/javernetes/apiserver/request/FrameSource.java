package dev.javernetes.apiserver.request;

import org.jspecify.annotations.Nullable;

/**
 * A stream of frames that its consumer pulls without ever blocking, so that an event loop can serve
 * thousands of them.
 *
 * <pre>{@code
 * source.onReady(() -> eventLoop.execute(this::drain));
 * void drain() {
 *   while (channel.isWritable()) {
 *     Frame frame = source.poll();
 *     if (frame == null) { if (source.ended()) channel.close(); return; }
 *     channel.write(frame);
 *   }
 * }
 * }</pre>
 */
public interface FrameSource extends AutoCloseable {

  /** Bytes to write one after the other; shared between watchers, not to be changed. */
  record Frame(byte[][] parts) {
    public int length() {
      int length = 0;
      for (byte[] part : parts) {
        length += part.length;
      }
      return length;
    }
  }

  /** The next frame; {@code null} if there is none now. */
  @Nullable Frame poll();

  /** Whether no frame will come any more; ask after {@link #poll} returned {@code null}. */
  boolean ended();

  /**
   * Sets what to run (quickly, from any thread) whenever a frame or the end has come since the last
   * {@code poll} that returned {@code null}; runs it at once if there is one already.
   */
  void onReady(Runnable action);

  @Override
  void close();
}
