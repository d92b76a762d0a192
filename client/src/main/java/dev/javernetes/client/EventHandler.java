package dev.javernetes.client;

import java.util.function.Consumer;

/**
 * What an {@link Informer} tells, in the order of the changes and one call at a time, on the
 * informer's own thread: return soon, put work into a {@link WorkQueue}.
 */
public interface EventHandler<T> {

  /** {@code initial}: it was there before the informer (or this handler) was. */
  void added(T object, boolean initial);

  /** A resync tells the same object twice. */
  void changed(T before, T now);

  /** The object as it was last seen. */
  void deleted(T object);

  /** Each change, whatever it was, hands over the newest state of the object. */
  static <T> EventHandler<T> each(Consumer<T> consumer) {
    return new EventHandler<>() {
      @Override
      public void added(T object, boolean initial) {
        consumer.accept(object);
      }

      @Override
      public void changed(T before, T now) {
        consumer.accept(now);
      }

      @Override
      public void deleted(T object) {
        consumer.accept(object);
      }
    };
  }
}
