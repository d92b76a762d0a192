package dev.javernetes.apiserver.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InternalFormTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "networking.ParentReference | {'resource':'services','name':'a'}"
            + " | {'Group':'','Resource':'services','Namespace':'','Name':'a'}",
        "storage.VolumeAttachmentSpec | {'attacher':'d','source':{'persistentVolumeName':'p'}}"
            + " | {'Attacher':'d','Source':{'PersistentVolumeName':'p','InlineVolumeSpec':null},'NodeName':''}",
        "core.HostPathVolumeSource | {'path':'/x'} | {'Path':'/x','Type':null}",
        "batch.SuccessPolicy | {'rules':[{'succeededCount':1}]}"
            + " | {'Rules':[{'SucceededIndexes':null,'SucceededCount':1}]}",
        "core.PersistentVolumeClaimTemplate | {'metadata':{'labels':{'a':'b'}},'spec':{}}"
            + " | {'labels':{'a':'b'},'Spec':{'AccessModes':null,'Selector':null,'Resources':{'Limits':null,"
            + "'Requests':null},'VolumeName':'','StorageClassName':null,'VolumeMode':null,'DataSource':null,"
            + "'DataSourceRef':null,'VolumeAttributesClassName':null}}"
      })
  void showsEveryFieldByItsGoName(String type, String given, String shown) {
    assertThat(Json.text(InternalForm.of(type, Written.parse(given))))
        .isEqualTo(shown.replace('\'', '"'));
  }
}
