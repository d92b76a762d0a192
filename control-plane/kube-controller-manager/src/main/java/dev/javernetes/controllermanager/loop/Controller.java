package dev.javernetes.controllermanager.loop;

/** One control loop of the manager. Started once, after its informers were asked for. */
public interface Controller extends AutoCloseable {

  /** A controller that its settings leave nothing to do. */
  Controller IDLE =
      new Controller() {
        @Override
        public void start() {}

        @Override
        public void close() {}
      };

  /** Returns at once; work begins when the informers have synced. */
  void start();

  @Override
  void close();
}
