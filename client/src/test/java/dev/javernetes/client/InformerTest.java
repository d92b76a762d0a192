package dev.javernetes.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.client.Informers.Selection;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.fake.FakeApiServer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InformerTest {
  private static final ResourceType<DynamicObject> MAPS =
      DynamicObject.type(new GroupVersionKind("", "v1", "ConfigMap"), "configmaps", true);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Timers timers = Timers.system();
  private final FakeApiServer server = new FakeApiServer(timers);
  private final Client client = new Client(server);
  private final Informers informers = new Informers(client, timers, new Random(1));
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    informers.close();
  }

  @Test
  void tellsWhatIsThereAndThenEveryChange() throws Exception {
    create("a", "one");
    Informer<DynamicObject> informer = follow(informers.of(MAPS));
    assertThat(next()).isEqualTo("added a one initially");
    assertThat(informer.awaitSynced(PATIENCE)).isTrue();
    create("b", "two");
    assertThat(next()).isEqualTo("added b two");
    client.patch(MAPS, "default", "a", labelled("three"));
    assertThat(next()).isEqualTo("changed a one to three");
    client.delete(MAPS, "default", "b", DeleteOptions.NONE);
    assertThat(next()).isEqualTo("deleted b two");
    assertThat(informer.list()).hasSize(1).isSameAs(informer.list());
    assertThat(informer.get("default", "a")).isPresent();
    assertThat(informer.get("default", "b")).isEmpty();
  }

  @Test
  void aBrokenWatchGoesOnWhereItStood() throws Exception {
    create("a", "one");
    follow(informers.of(MAPS));
    assertThat(next()).isEqualTo("added a one initially");
    server.endWatches();
    create("b", "two");
    client.delete(MAPS, "default", "a", DeleteOptions.NONE);
    assertThat(next()).isEqualTo("added b two");
    assertThat(next()).isEqualTo("deleted a one");
    assertThat(lists()).isEqualTo(1);
  }

  @Test
  void aCompactedPositionLeadsToAListWhoseDifferencesAreTold() throws Exception {
    create("a", "one");
    create("b", "two");
    AtomicBoolean down = new AtomicBoolean();
    server.intercept(request -> {
      if (down.get() && request.query().stream().anyMatch(p -> p.name().equals("watch"))) {
        throw ApiException.of(StatusReason.SERVICE_UNAVAILABLE, "down");
      }
      return null;
    });
    follow(informers.of(MAPS));
    assertThat(List.of(next(), next()))
        .containsExactlyInAnyOrder("added a one initially", "added b two initially");
    down.set(true);
    server.endWatches();
    client.delete(MAPS, "default", "a", DeleteOptions.NONE);
    client.patch(MAPS, "default", "b", labelled("three"));
    create("c", "four");
    server.compact();
    down.set(false);
    assertThat(List.of(next(), next(), next()))
        .containsExactlyInAnyOrder("deleted a one", "changed b two to three", "added c four");
    assertThat(lists()).isEqualTo(2);
  }

  @Test
  void aSecondHandlerIsToldWhatIsThere() throws Exception {
    create("a", "one");
    Informer<DynamicObject> informer = follow(informers.of(MAPS));
    assertThat(next()).isEqualTo("added a one initially");
    Informer.Registration second = informer.handle(telling("second "));
    assertThat(next()).isEqualTo("second added a one initially");
    second.close();
    create("b", "two");
    assertThat(next()).isEqualTo("added b two");
    assertThat(told.poll(20, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void indexesFollowTheObjects() throws Exception {
    create("a", "red");
    create("b", "red");
    Informer<DynamicObject> informer = informers.of(MAPS);
    Informer.Index<DynamicObject> byColour =
        informer.index("colour", object -> List.of(colour(object)));
    follow(informer);
    next();
    next();
    assertThat(byColour.get("red")).hasSize(2);
    client.patch(MAPS, "default", "a", labelled("blue"));
    next();
    assertThat(byColour.get("red")).hasSize(1);
    assertThat(byColour.get("blue")).hasSize(1);
    assertThat(byColour.values()).containsExactlyInAnyOrder("red", "blue");
    assertThat(informer.list("default")).hasSize(2);
    assertThat(informer.list("other")).isEmpty();
  }

  @Test
  void aSelectionSeesObjectsComeAndGo() throws Exception {
    create("a", "red");
    follow(informers.of(MAPS, new Selection("", "colour=blue", "")));
    client.patch(MAPS, "default", "a", labelled("blue"));
    assertThat(next()).isEqualTo("added a blue");
    client.patch(MAPS, "default", "a", labelled("red"));
    assertThat(next()).startsWith("deleted a");
  }

  @Test
  void theSameTypeIsWatchedOnce() throws Exception {
    Informer<DynamicObject> one = informers.of(MAPS);
    assertThat(informers.of(MAPS)).isSameAs(one);
    informers.start();
    assertThat(informers.awaitSynced(PATIENCE)).isTrue();
    create("a", "one");
    assertThat(lists()).isEqualTo(1);
  }

  private Informer<DynamicObject> follow(Informer<DynamicObject> informer) throws Exception {
    informer.handle(telling(""));
    informers.start();
    assertThat(informer.awaitSynced(PATIENCE)).isTrue();
    return informer;
  }

  private EventHandler<DynamicObject> telling(String prefix) {
    return new EventHandler<>() {
      @Override
      public void added(DynamicObject object, boolean initial) {
        told.add(
            prefix
                + "added "
                + name(object)
                + " "
                + colour(object)
                + (initial ? " initially" : ""));
      }

      @Override
      public void changed(DynamicObject before, DynamicObject now) {
        told.add(prefix + "changed " + name(now) + " " + colour(before) + " to " + colour(now));
      }

      @Override
      public void deleted(DynamicObject object) {
        told.add(prefix + "deleted " + name(object) + " " + colour(object));
      }
    };
  }

  private String next() throws InterruptedException {
    String line = told.poll(10, TimeUnit.SECONDS);
    return line == null ? "nothing" : line;
  }

  private long lists() {
    return server.requests().stream()
        .filter(r -> r.method().equals("GET"))
        .filter(r -> r.query().stream().noneMatch(p -> p.name().equals("watch")))
        .count();
  }

  private void create(String name, String colour) {
    client.create(
        MAPS,
        new DynamicObject(
            JsonObject.of(
                "apiVersion", "v1",
                "kind", "ConfigMap",
                "metadata",
                    JsonObject.of(
                        "name",
                        name,
                        "namespace",
                        "default",
                        "labels",
                        JsonObject.of("colour", colour)))));
  }

  private static Patch labelled(String colour) {
    return Patch.merge(
        JsonObject.of("metadata", JsonObject.of("labels", JsonObject.of("colour", colour))));
  }

  private static String name(DynamicObject object) {
    return object.metadataJson().string("name");
  }

  private static String colour(DynamicObject object) {
    return object.metadataJson().objectOrEmpty("labels").string("colour");
  }
}
