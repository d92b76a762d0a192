package dev.javernetes.apiserver.request;

import java.io.InputStream;
import java.io.OutputStream;

/** Two byte streams to a peer beyond HTTP, read and written with blocking calls. */
public interface RawConnection extends AutoCloseable {
  InputStream input();

  OutputStream output();

  @Override
  void close();
}
