package dev.javernetes.apiserver.strategy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.apiserver.strategy.Written;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageStrategiesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name':'d','nodeID':''} | spec.drivers[0].nodeID: Required value",
        "{'name':'d','nodeID':'1','topologyKeys':['a','a']} | spec.drivers[0]: Duplicate value: \"a\"",
        "{'name':'d','nodeID':'1','allocatable':{'count':-1}}"
            + " | spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0"
      })
  void refusesDrivers(String driver, String error) {
    assertThat(
            Written.create(new CsiNodeStrategy(), "{'spec':{'drivers':[" + driver + "]}}").errors())
        .containsExactly(error);
  }

  @Test
  void letsNothingOfADriverChangeButHowManyVolumesFit() {
    String before = "{'spec':{'drivers':[{'name':'d','nodeID':'1'}]}}";
    String more = "{'spec':{'drivers':[{'name':'d','nodeID':'1','allocatable':{'count':5}}]}}";
    String other = "{'spec':{'drivers':[{'name':'d','nodeID':'2'}]}}";
    assertThat(Written.update(new CsiNodeStrategy(), before, more).errors()).isEmpty();
    assertThat(Written.update(new CsiNodeStrategy(), before, other).errors())
        .containsExactly(
            "spec.drivers: Invalid value: {\"Name\":\"d\",\"NodeID\":\"2\",\"TopologyKeys\":null,"
                + "\"Allocatable\":null}: field is immutable");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName",
        "{'persistentVolumeName':''} | spec.source.persistentVolumeName: Required value: must specify non empty"
            + " persistentVolumeName",
        "{'inlineVolumeSpec':{'accessModes':['ReadWriteOnce'],'csi':{'driver':'d','volumeHandle':'h'},"
            + "'storageClassName':'c'}} | spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be"
            + " specified in the context of inline volumes"
      })
  void refusesAttachments(String source, String error) {
    String json = "{'spec':{'attacher':'d','nodeName':'n','source':" + source + "}}";
    assertThat(Written.create(new VolumeAttachmentStrategy(), json).errors().getFirst())
        .isEqualTo(error);
  }

  @Test
  void countsChangesOfADriver() {
    String before = "{'metadata':{},'spec':{}}";
    assertThat(Written.create(new CsiDriverStrategy(), before).object().objectOrEmpty("metadata"))
        .isEmpty();
    Written changed =
        Written.update(
            new CsiDriverStrategy(), before, "{'metadata':{},'spec':{'podInfoOnMount':true}}");
    assertThat(changed.object().objectOrEmpty("metadata").integer("generation")).isEqualTo(1);
  }
}
