package dev.javernetes.controllermanager.loop;

/** One control loop of the manager. Started once, after its informers were asked for. */
public interface Controller extends AutoCloseable {

  /** Returns at once; work begins when the informers have synced. */
  void start();

  @Override
  void close();
}
