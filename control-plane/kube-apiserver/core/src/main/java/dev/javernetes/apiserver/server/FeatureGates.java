package dev.javernetes.apiserver.server;

import java.util.List;

/**
 * Upstream's feature gates that can be set here; all others are as upstream has them by default.
 *
 * @param cbor {@code CBORServingAndStorage}: requests and responses may be CBOR. Off as upstream
 *     has it (alpha since 1.32); what is stored is JSON either way.
 */
public record FeatureGates(boolean cbor) {
  public static final FeatureGates DEFAULT = new FeatureGates(false);

  private static final String CBOR = "CBORServingAndStorage";

  /**
   * Of {@code CBORServingAndStorage=true}; {@code IllegalArgumentException} for a gate that is not
   * here.
   */
  public static FeatureGates parse(List<String> settings) {
    boolean cbor = DEFAULT.cbor;
    for (String setting : settings) {
      String[] parts = setting.strip().split("=", 2);
      if (parts.length < 2) {
        throw new IllegalArgumentException("missing bool value for " + parts[0]);
      }
      if (!parts[0].equals(CBOR)) {
        throw new IllegalArgumentException("unrecognized feature gate: " + parts[0]);
      }
      cbor =
          switch (parts[1]) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException(
                    "invalid value of " + parts[0] + "=" + parts[1] + ": neither true nor false");
          };
    }
    return new FeatureGates(cbor);
  }
}
