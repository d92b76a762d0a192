package dev.javernetes.runtime.streaming;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How a command ended, as the error stream says it: a Status since v4, plain words before. */
sealed interface Outcome {
  record Exited(int code) implements Outcome {}

  record Failed(String message) implements Outcome {}

  /** {@code v4.channel.k8s.io} and later. */
  default byte[] asStatus() {
    JsonObject status =
        switch (this) {
          case Exited(int code) when code == 0 ->
              JsonObject.of("metadata", new JsonObject(), "status", "Success");
          case Exited(int code) -> {
            List<Object> causes = new ArrayList<>();
            causes.add(JsonObject.of("reason", "ExitCode", "message", Integer.toString(code)));
            yield JsonObject.of(
                "metadata",
                new JsonObject(),
                "status",
                "Failure",
                "message",
                "command terminated with non-zero exit code: exit status " + code,
                "reason",
                "NonZeroExitCode",
                "details",
                JsonObject.of("causes", causes));
          }
          case Failed(String message) ->
              JsonObject.of(
                  "metadata",
                  new JsonObject(),
                  "status",
                  "Failure",
                  "message",
                  message,
                  "reason",
                  "InternalError",
                  "code",
                  500L);
        };
    return Json.bytes(status);
  }

  default byte[] asText() {
    String text =
        switch (this) {
          case Exited(int code) when code == 0 -> "";
          case Exited(int code) -> "command terminated with exit code " + code;
          case Failed(String message) -> message;
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
