package dev.javernetes.apiserver.connect;

/** Where a request goes. */
record Backend(boolean tls, boolean kubelet, String host, int port, String target) {
  String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  Backend withTarget(String changed) {
    return new Backend(tls, kubelet, host, port, changed);
  }
}
