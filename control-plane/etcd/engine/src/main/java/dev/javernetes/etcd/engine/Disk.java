package dev.javernetes.etcd.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The files of one directory, as far as the log needs them, so that a simulation can be the disk.
 * What was written is only sure to be there after power loss once {@link File#sync} returned; a new
 * file's name once {@link #syncDirectory} did.
 */
public interface Disk {

  /** File names in order. */
  List<String> list() throws IOException;

  /** Opens a file for reading and writing, making it if it is not there. */
  File open(String name) throws IOException;

  void delete(String name) throws IOException;

  void syncDirectory() throws IOException;

  /** Names a file for messages. */
  String describe(String name);

  /** One open file. */
  interface File extends AutoCloseable {
    long size() throws IOException;

    /** Reads until the buffer is full or the file ends. */
    void read(ByteBuffer into, long position) throws IOException;

    void write(ByteBuffer from, long position) throws IOException;

    void truncate(long size) throws IOException;

    void sync() throws IOException;

    @Override
    void close() throws IOException;
  }
}
