package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Files of one volume that hide each other: {@code a} and {@code a/b}, or the same path twice. */
final class VolumePathWarnings {
  private record Source(String path, String from) {
    @Override
    public String toString() {
      return GoQuote.quote(path) + (from.isEmpty() ? "" : " (" + from + ")");
    }

    boolean overlaps(Source other) {
      return !path.isEmpty()
          && !other.path.isEmpty()
          && ((path + "/").startsWith(other.path + "/")
              || (other.path + "/").startsWith(path + "/"));
    }
  }

  private VolumePathWarnings() {}

  static List<String> of(List<JsonObject> volumes) {
    List<String> warnings = new ArrayList<>();
    for (JsonObject volume : volumes) {
      String name = volume.string("name");
      if (volume.object("configMap") instanceof JsonObject source) {
        overlaps(
            name, "ConfigMap " + GoQuote.quote(source.string("name")), files(source, ""), warnings);
      }
      if (volume.object("secret") instanceof JsonObject source) {
        overlaps(
            name,
            "Secret " + GoQuote.quote(source.string("secretName")),
            files(source, ""),
            warnings);
      }
      if (volume.object("downwardAPI") instanceof JsonObject source) {
        overlaps(name, "DownwardAPI", files(source, ""), warnings);
      }
      if (volume.object("projected") instanceof JsonObject projected) {
        projected(name, projected, warnings);
      }
    }
    return warnings;
  }

  private static void projected(String name, JsonObject projected, List<String> warnings) {
    List<Source> all = new ArrayList<>();
    for (JsonObject source : projected.objects("sources")) {
      if (source.isEmpty()) {
        warnings.add("volume " + GoQuote.quote(name) + " (Projected) has no sources provided");
      } else if (source.object("configMap") instanceof JsonObject given) {
        all.addAll(files(given, "ConfigMap " + GoQuote.quote(given.string("name"))));
      } else if (source.object("secret") instanceof JsonObject given) {
        all.addAll(files(given, "Secret " + GoQuote.quote(given.string("name"))));
      } else if (source.object("downwardAPI") instanceof JsonObject given) {
        all.addAll(files(given, "DownwardAPI"));
      } else if (source.object("serviceAccountToken") instanceof JsonObject given) {
        all.add(source(given.string("path"), "ServiceAccountToken"));
      }
    }
    overlaps(name, "Projected", all, warnings);
  }

  private static List<Source> files(JsonObject source, String from) {
    return source.objects("items").stream().map(item -> source(item.string("path"), from)).toList();
  }

  private static Source source(String path, String from) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return new Source(path.substring(0, end), from);
  }

  private static void overlaps(
      String volume, String kind, List<Source> files, List<String> warnings) {
    for (int i = 0; i < files.size(); i++) {
      for (Source earlier : files.subList(0, i)) {
        if (files.get(i).overlaps(earlier)) {
          warnings.add(
              "volume "
                  + GoQuote.quote(volume)
                  + " ("
                  + kind
                  + "): overlapping paths: "
                  + files.get(i)
                  + " with "
                  + earlier);
        }
      }
    }
  }
}
