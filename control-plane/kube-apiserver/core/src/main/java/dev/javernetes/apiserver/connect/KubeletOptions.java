package dev.javernetes.apiserver.connect;

import java.util.List;
import javax.net.ssl.SSLSocketFactory;

/**
 * How kubelets are reached.
 *
 * @param tls with the client certificate that kubelets accept ({@code
 *     --kubelet-client-certificate}) and the authorities whose kubelets are believed
 * @param addressTypes {@code --kubelet-preferred-address-types}, best first
 * @param connectMillis how long a connection may take to be made
 */
public record KubeletOptions(SSLSocketFactory tls, List<String> addressTypes, int connectMillis) {
  public KubeletOptions {
    addressTypes = List.copyOf(addressTypes);
  }

  public static KubeletOptions standard(SSLSocketFactory tls) {
    return new KubeletOptions(
        tls, List.of("InternalIP", "Hostname", "InternalDNS", "ExternalDNS", "ExternalIP"), 5_000);
  }
}
