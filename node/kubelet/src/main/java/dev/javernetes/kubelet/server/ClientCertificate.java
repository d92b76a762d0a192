package dev.javernetes.kubelet.server;

import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Who a verified client certificate says its bearer is: CN the user, O the groups. */
record ClientCertificate(String user, List<String> groups) {

  /** Null if the client showed none. */
  static @Nullable ClientCertificate of(@Nullable SslHandler tls) {
    if (tls == null) {
      return null;
    }
    try {
      Certificate[] chain = tls.engine().getSession().getPeerCertificates();
      if (chain.length == 0 || !(chain[0] instanceof X509Certificate certificate)) {
        return null;
      }
      String user = "";
      List<String> groups = new ArrayList<>();
      LdapName name = new LdapName(certificate.getSubjectX500Principal().getName());
      for (Rdn rdn : name.getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          user = rdn.getValue().toString();
        } else if (rdn.getType().equalsIgnoreCase("O")) {
          groups.add(rdn.getValue().toString());
        }
      }
      return user.isEmpty() ? null : new ClientCertificate(user, groups);
    } catch (SSLPeerUnverifiedException | InvalidNameException none) {
      return null;
    }
  }
}
