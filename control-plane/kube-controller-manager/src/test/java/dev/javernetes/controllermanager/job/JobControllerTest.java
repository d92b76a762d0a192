package dev.javernetes.controllermanager.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.batch.v1.Job;
import dev.javernetes.api.model.batch.v1.JobCondition;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Patch;
import dev.javernetes.controllermanager.FakeCluster;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobControllerTest {
  private final FakeCluster cluster = new FakeCluster("job-controller");
  private final Set<String> ended = new HashSet<>();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void runsToItsCompletionsAndCountsEachPodOnce() {
    create("'completions': 5, 'parallelism': 2");
    cluster.until("complete", () -> endAll("Succeeded") && has("Complete"));
    assertThat(job().status().succeeded()).isEqualTo(5);
    assertThat(job().status().failed()).isNull();
    assertThat(job().status().completionTime()).isNotNull();
    assertThat(cluster.pods()).hasSize(5).noneMatch(JobPods::tracked);
  }

  @Test
  void givesUpAtItsBackoffLimit() {
    create("'backoffLimit': 0, 'parallelism': 3, 'completions': 3");
    cluster.until("three pods", () -> cluster.pods().size() == 3);
    end(cluster.pods().getFirst(), "Failed");
    cluster.until("failed", () -> has("Failed"));
    assertThat(condition("Failed").reason()).isEqualTo("BackoffLimitExceeded");
    assertThat(condition("FailureTarget").reason()).isEqualTo("BackoffLimitExceeded");
    assertThat(job().status().failed()).isEqualTo(1);
    assertThat(job().status().active()).isNull();
  }

  @Test
  void eachIndexSucceedsOnce() {
    create("'completions': 4, 'parallelism': 4, 'completionMode': 'Indexed'");
    cluster.until("complete", () -> endAll("Succeeded") && has("Complete"));
    assertThat(job().status().completedIndexes()).isEqualTo("0-3");
    assertThat(cluster.pods()).extracting(JobPods::index).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(cluster.pods())
        .allSatisfy(
            pod -> assertThat(pod.spec().hostname()).isEqualTo("work-" + JobPods.index(pod)));
  }

  @Test
  void aSuspendedJobRunsNothingUntilItIsResumed() {
    create("'suspend': true");
    cluster.until("suspended", () -> has("Suspended"));
    assertThat(cluster.pods()).isEmpty();
    cluster
        .client()
        .patch(
            Job.TYPE,
            "default",
            "work",
            Patch.merge(JsonObject.of("spec", JsonObject.of("suspend", false))));
    cluster.until("complete", () -> endAll("Succeeded") && has("Complete"));
  }

  @Test
  void indexesAreWrittenAsRanges() {
    BitSet set = Indexes.parse("1,3-5,7,9,10", 10);
    assertThat(Indexes.text(set)).isEqualTo("1,3-5,7,9");
    assertThat(Indexes.text(Indexes.parse("", 10))).isEmpty();
  }

  private boolean endAll(String phase) {
    for (Pod pod : cluster.pods()) {
      if (ended.add(Meta.uid(pod))) {
        end(pod, phase);
      }
    }
    return true;
  }

  private void end(Pod pod, String phase) {
    cluster
        .client()
        .patchStatus(
            Pod.TYPE,
            "default",
            pod.metadata().name(),
            Patch.merge(JsonObject.of("status", JsonObject.of("phase", phase))));
  }

  private Job job() {
    return cluster.client().get(Job.TYPE, "default", "work");
  }

  private boolean has(String type) {
    return job().status().conditions().stream()
        .anyMatch(c -> c.type().equals(type) && c.status().equals("True"));
  }

  private JobCondition condition(String type) {
    List<JobCondition> all =
        job().status().conditions().stream().filter(c -> c.type().equals(type)).toList();
    return all.getFirst();
  }

  private void create(String spec) {
    cluster.create(
        Job.TYPE,
        """
        {'apiVersion': 'batch/v1', 'kind': 'Job',
         'metadata': {'name': 'work', 'namespace': 'default'},
         'spec': {%s, 'selector': {'matchLabels': {'controller-uid': 'u'}},
           'template': {'metadata': {'labels': {'controller-uid': 'u', 'job-name': 'work'}},
             'spec': {'restartPolicy': 'Never', 'containers': [{'name': 'c', 'image': 'i'}]}}}}
        """
            .formatted(spec));
  }
}
