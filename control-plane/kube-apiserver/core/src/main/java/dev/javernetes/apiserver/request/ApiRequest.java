package dev.javernetes.apiserver.request;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request, free of any transport.
 *
 * @param method {@code GET}, {@code POST}, …
 * @param path decoded, without the query: {@code /api/v1/namespaces/default/pods}
 * @param rawQuery what stood behind the question mark, for pass-through proxies
 * @param body the whole body (the edge has checked its limit); empty for none
 * @param remoteAddress the client's address, {@code ""} in process
 * @param clientCertificates the verified TLS client certificate first, then its chain
 * @param preauthenticated who asks, when the carrier itself vouches for it (the in-process client);
 *     {@code null} to let the authenticators find out
 */
public record ApiRequest(
    String method,
    String path,
    String rawQuery,
    QueryParameters query,
    Headers headers,
    byte[] body,
    String remoteAddress,
    List<X509Certificate> clientCertificates,
    @Nullable UserInfo preauthenticated) {

  public ApiRequest {
    clientCertificates = List.copyOf(clientCertificates);
  }

  /** A request of somebody the carrier vouches for. */
  public static ApiRequest inProcess(
      String method,
      String path,
      String rawQuery,
      Headers headers,
      byte[] body,
      UserInfo preauthenticated) {
    return new ApiRequest(
        method,
        path,
        rawQuery,
        QueryParameters.parse(rawQuery),
        headers,
        body,
        "",
        List.of(),
        preauthenticated);
  }
}
