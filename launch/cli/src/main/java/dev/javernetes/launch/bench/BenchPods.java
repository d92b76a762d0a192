package dev.javernetes.launch.bench;

/** Pods that no node runs (their node selector matches none), as large as real ones are. */
final class BenchPods {
  private static final int ENVIRONMENT = 40;
  private static final int BYTES_A_VARIABLE = 100;

  private BenchPods() {}

  /**
   * About {@code 1 + 4} KB as it is stored. One in a hundred has the label {@code rare=yes}.
   *
   * @param number of the pod
   */
  static byte[] pod(String name, int number) {
    StringBuilder environment = new StringBuilder();
    for (int i = 0; i < ENVIRONMENT; i++) {
      environment
          .append(i == 0 ? "" : ",")
          .append("{\"name\":\"VARIABLE_")
          .append(i)
          .append("\",\"value\":\"")
          .append("v".repeat(BYTES_A_VARIABLE - 40))
          .append("\"}");
    }
    return Measurements.utf8(
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\""
            + name
            + "\",\"labels\":{\"app\":\"bench\",\"rare\":\""
            + (number % 100 == 0 ? "yes" : "no")
            + "\"}},\"spec\":{\"nodeSelector\":{\"j8s-bench\":\"none\"},\"containers\":[{\"name\":\"c\",\"image\":\"localhost/demo\",\"env\":["
            + environment
            + "]}]}}");
  }
}
