package dev.javernetes.launch;

import dev.javernetes.cri.v1.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "image",
    description = "Images of this node: import, ls, rm.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ImageCommand {
  private static LocalImages images(DataDirectory directory) {
    return LocalImages.open(Slot.claim(directory).criSocket());
  }

  @Command(
      name = "import",
      description = "Takes an OCI layout (a folder or a tar) or a docker archive.",
      mixinStandardHelpOptions = true)
  int load(
      @Mixin DataDirOption data,
      @Parameters(paramLabel = "FILE", description = "The layout or archive.") Path file,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              defaultValue = "",
              description = "The name to give it, if not its own.")
          String name) {
    if (!Files.exists(file)) {
      throw new LaunchException("no such file: " + file);
    }
    try (LocalImages images = images(data.directory())) {
      images
          .load(file, name)
          .getImagesList()
          .forEach(image ->
              System.out.println(String.join(" ", image.getNamesList()) + " " + image.getId()));
    }
    return 0;
  }

  @Command(name = "ls", description = "Lists the images.", mixinStandardHelpOptions = true)
  int list(@Mixin DataDirOption data) {
    try (LocalImages images = images(data.directory())) {
      System.out.printf(Locale.ROOT, "%-60s %-20s %10s%n", "NAME", "ID", "SIZE");
      for (Image image : images.list()) {
        List<String> names =
            image.getRepoTagsCount() > 0 ? image.getRepoTagsList() : image.getRepoDigestsList();
        String id = image.getId().replace("sha256:", "").substring(0, 12);
        for (String name : names.isEmpty() ? List.of("<none>") : names) {
          System.out.printf(Locale.ROOT, "%-60s %-20s %7.1f MB%n", name, id, image.getSize() / 1e6);
        }
      }
    }
    return 0;
  }

  @Command(name = "rm", description = "Removes images.", mixinStandardHelpOptions = true)
  int remove(
      @Mixin DataDirOption data,
      @Parameters(paramLabel = "NAME", arity = "1..*") List<String> names) {
    try (LocalImages images = images(data.directory())) {
      names.forEach(images::remove);
    }
    return 0;
  }
}
