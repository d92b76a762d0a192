package dev.javernetes.apiserver.http;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Who is at the other end of a connection, as far as TCP and TLS know. */
record Peer(String address, List<X509Certificate> certificates) {

  static Peer of(Channel channel) {
    String address =
        channel.remoteAddress() instanceof InetSocketAddress socket
            ? socket.getAddress().getHostAddress()
            : "";
    List<X509Certificate> certificates = new ArrayList<>();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      try {
        for (Certificate certificate : tls.engine().getSession().getPeerCertificates()) {
          if (certificate instanceof X509Certificate x509) {
            certificates.add(x509);
          }
        }
      } catch (SSLPeerUnverifiedException none) {
        certificates.clear(); // it showed none
      }
    }
    return new Peer(address, List.copyOf(certificates));
  }
}
