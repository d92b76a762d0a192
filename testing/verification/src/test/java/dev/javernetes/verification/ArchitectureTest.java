package dev.javernetes.verification;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which way dependencies may point: ARCHITECTURE.md's picture as rules. */
class ArchitectureTest {
  private static final List<String> COMPONENTS =
      List.of(
          "api",
          "scheduler",
          "kubelet",
          "runtime",
          "apiserver",
          "controllermanager",
          "etcd",
          "proxy");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/api/model/"))
            .importPackages("dev.javernetes");
  }

  @Test
  void componentsMeetOnlyAtTheApi() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.javernetes.client..",
            "dev.javernetes.scheduler..",
            "dev.javernetes.controllermanager..",
            "dev.javernetes.cloudcontrollermanager..",
            "dev.javernetes.kubelet..",
            "dev.javernetes.proxy..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.javernetes.apiserver..", "dev.javernetes.etcd..", "dev.javernetes.launch..")
        .check(classes);
  }

  @Test
  void theApiServersCoreSeesNoTransportAndNoEngine() {
    noClasses()
        .that()
        .resideInAPackage("dev.javernetes.apiserver..")
        .and()
        .resideOutsideOfPackage("dev.javernetes.apiserver.http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..",
            "io.grpc..",
            "org.rocksdb..",
            "dev.javernetes.etcd.engine..",
            "dev.javernetes.client..")
        .check(classes);
  }

  @Test
  void theStoresCoreNeedsNothing() {
    noClasses()
        .that()
        .resideInAPackage("dev.javernetes.etcd.mvcc..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "java..", "dev.javernetes.etcd.mvcc..", "org.jspecify..", "org.slf4j..")
        .check(classes);
  }

  @Test
  void kubeletAndRuntimeMeetOnlyAtCri() {
    noClasses()
        .that()
        .resideInAPackage("dev.javernetes.kubelet..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.javernetes.runtime..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("dev.javernetes.runtime..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.javernetes.kubelet..", "dev.javernetes.client..", "dev.javernetes.api.model..")
        .check(classes);
  }

  @Test
  void purePackagesTouchNoSocketFileThreadOrClock() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.javernetes.api.machinery..",
            "dev.javernetes.api.schema..",
            "dev.javernetes.api.codec..",
            "dev.javernetes.scheduler.framework..",
            "dev.javernetes.scheduler.plugins..",
            "dev.javernetes.proxy.rules..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.net.http..", "java.nio.channels..", "java.nio.file..", "io.netty..", "io.grpc..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .check(classes);
  }

  /**
   * The real clock is read in the composition root and behind the one port that stands for time.
   */
  @Test
  void timeAndChanceComeInByConstructor() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.javernetes.launch..")
        .and()
        .doNotHaveFullyQualifiedName("dev.javernetes.client.Timers")
        .and()
        .doNotHaveFullyQualifiedName("dev.javernetes.client.Timers$1")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callConstructor(Random.class)
        .check(classes);
  }

  /** A package counts as one with the packages below it: a parent may put its children together. */
  @Test
  void noPackageCyclesWithinAComponent() {
    for (String component : COMPONENTS) {
      SlicesRuleDefinition.slices()
          .matching("dev.javernetes." + component + ".(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .check(classes);
    }
  }
}
