package dev.javernetes.runtime.pod;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's ends of a running process. A stream the client did not ask for is null. With a
 * terminal there is no stderr. {@code resizes} hands over every size the client announces, from now
 * on.
 */
public record IoStreams(
    @Nullable InputStream stdin,
    @Nullable OutputStream stdout,
    @Nullable OutputStream stderr,
    Resizes resizes) {

  public record Size(int rows, int columns) {}

  public interface Resizes {
    void deliverTo(Consumer<Size> consumer);
  }
}
