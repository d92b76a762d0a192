package dev.javernetes.api.cel;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Made when first asked for, once: no class of the language is loaded before that. */
final class Once<T> implements Supplier<T> {
  private final Supplier<T> maker;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable T made;

  private Once(Supplier<T> maker) {
    this.maker = maker;
  }

  static <T> Once<T> of(Supplier<T> maker) {
    return new Once<>(maker);
  }

  @Override
  public T get() {
    T value = made;
    if (value != null) {
      return value;
    }
    lock.lock();
    try {
      value = made;
      if (value == null) {
        value = maker.get();
        made = value;
      }
      return value;
    } finally {
      lock.unlock();
    }
  }
}
