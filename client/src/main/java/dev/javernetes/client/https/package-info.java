/**
 * The transport across machines: HTTPS, with what a kubeconfig or a pod's service account says
 * about the server and who we are. Uses the JDK's HTTP client and TLS, and snakeyaml-engine to read
 * a kubeconfig. Start reading at {@link dev.javernetes.client.https.HttpsTransport}.
 */
@NullMarked
package dev.javernetes.client.https;

import org.jspecify.annotations.NullMarked;
