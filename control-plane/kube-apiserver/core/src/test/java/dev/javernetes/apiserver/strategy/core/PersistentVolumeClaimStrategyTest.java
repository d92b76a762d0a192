package dev.javernetes.apiserver.strategy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.apiserver.strategy.Written;
import org.junit.jupiter.api.Test;

class PersistentVolumeClaimStrategyTest {
  private static final String CLAIM =
      """
      {'metadata': {'name': 'a', 'annotations': {%s}}, 'spec': {'accessModes': ['ReadWriteOnce'],
        'resources': {'requests': {'storage': '1Gi'}}%s}}\
      """;

  @Test
  void givesOneDataSourceToBothFields() {
    Written written =
        Written.create(
            new PersistentVolumeClaimStrategy(),
            CLAIM.formatted(
                "", ", 'dataSource': {'kind': 'PersistentVolumeClaim', 'name': 'other'}"));
    assertThat(written.errors()).isEmpty();
    assertThat(written.object().objectOrEmpty("spec").objectOrEmpty("dataSourceRef"))
        .containsEntry("name", "other");
  }

  @Test
  void refusesTwoSourcesThatDiffer() {
    assertThat(
            Written.create(
                    new PersistentVolumeClaimStrategy(),
                    CLAIM.formatted(
                        "",
                        ", 'dataSource': {'kind': 'PersistentVolumeClaim', 'name': 'one'},"
                            + " 'dataSourceRef': {'kind': 'PersistentVolumeClaim', 'name': 'two'}"))
                .errors())
        .singleElement()
        .asString()
        .endsWith(": must match dataSourceRef");
  }

  @Test
  void warnsOfTheOldAnnotation() {
    assertThat(
            Written.create(
                    new PersistentVolumeClaimStrategy(),
                    CLAIM.formatted("'volume.beta.kubernetes.io/storage-class': 'fast'", ""))
                .warnings())
        .containsExactly(
            "metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8;"
                + " use \"storageClassName\" attribute instead");
  }
}
