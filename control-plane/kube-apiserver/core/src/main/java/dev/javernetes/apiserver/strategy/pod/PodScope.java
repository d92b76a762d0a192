package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a container's rules need to know of the pod around it.
 *
 * @param volumes the pod's good volumes by name
 * @param claimNames the names of its resource claims
 * @param gracePeriodSeconds {@code terminationGracePeriodSeconds}; {@code null} if missing
 * @param hostUsers whether it runs in the host's user name space
 * @param os {@code linux}, {@code windows} or {@code ""}
 */
record PodScope(
    Map<String, JsonObject> volumes,
    Set<String> claimNames,
    @Nullable Long gracePeriodSeconds,
    String restartPolicy,
    boolean hostUsers,
    String os) {}
