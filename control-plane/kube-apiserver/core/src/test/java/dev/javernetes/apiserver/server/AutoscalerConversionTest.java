package dev.javernetes.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.apiserver.printers.TablePrinters;
import dev.javernetes.apiserver.registry.BuiltInResources;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.strategy.Written;
import org.junit.jupiter.api.Test;

class AutoscalerConversionTest {
  private static final ResourceDefinition DEFINITION =
      new BuiltInResources(
              BuiltInSchemas.get(),
              resource -> Strategy.SCHEMA_ONLY,
              new TablePrinters(),
              new BuiltInConversions())
          .definitions().stream()
              .filter(definition ->
                  definition
                      .groupResource()
                      .equals(new GroupResource("autoscaling", "horizontalpodautoscalers")))
              .findFirst()
              .orElseThrow();
  private static final ServedVersion V2 = DEFINITION.versions().getFirst();
  private static final ServedVersion V1 = DEFINITION.versions().getLast();

  private static final String BOTH =
      "{'apiVersion':'autoscaling/v2','kind':'HorizontalPodAutoscaler','metadata':{'name':'a'},"
          + "'spec':{'scaleTargetRef':{'kind':'Deployment','name':'d'},'maxReplicas':3,'metrics':["
          + "{'type':'Pods','pods':{'metric':{'name':'m'},'target':{'type':'AverageValue','averageValue':'10'}}},"
          + "{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':60}}}],"
          + "'behavior':{'scaleUp':{'selectPolicy':'Max','policies':[{'type':'Pods','value':4,'periodSeconds':15}]}}},"
          + "'status':{'desiredReplicas':0,'currentMetrics':null}}";

  @Test
  void keepsInAnnotationsWhatTheOldVersionHasNoFieldFor() {
    JsonObject v1 = DEFINITION.conversion().convert(Written.parse(BOTH), V2, V1);
    assertThat(v1.objectOrEmpty("spec").integer("targetCPUUtilizationPercentage")).isEqualTo(60);
    assertThat(v1.objectOrEmpty("metadata").objectOrEmpty("annotations"))
        .containsEntry(
            "autoscaling.alpha.kubernetes.io/metrics",
            "[{\"type\":\"Pods\",\"pods\":{\"metricName\":\"m\",\"targetAverageValue\":\"10\"}}]")
        .containsEntry(
            "autoscaling.alpha.kubernetes.io/behavior",
            "{\"ScaleUp\":{\"StabilizationWindowSeconds\":null,\"SelectPolicy\":\"Max\",\"Policies\":[{\"Type\":"
                + "\"Pods\",\"Value\":4,\"PeriodSeconds\":15}],\"Tolerance\":null},\"ScaleDown\":null}");
  }

  @Test
  void comesBackAsItWent() {
    JsonObject v2 = Written.parse(BOTH);
    JsonObject v1 = DEFINITION.conversion().convert(v2, V2, V1);
    assertThat(DEFINITION.conversion().convert(v1, V1, V2)).isEqualTo(v2);
  }

  @Test
  void aimsAtEightyPercentIfNothingIsSaid() {
    JsonObject v2 =
        DEFINITION
            .conversion()
            .convert(Written.parse("{'metadata':{},'spec':{'maxReplicas':3}}"), V1, V2);
    assertThat(v2.objectOrEmpty("spec").objects("metrics").getFirst().objectOrEmpty("resource"))
        .isEqualTo(
            Written.parse(
                "{'name':'cpu','target':{'type':'Utilization','averageUtilization':80}}"));
  }
}
