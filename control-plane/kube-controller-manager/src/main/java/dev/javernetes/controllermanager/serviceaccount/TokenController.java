package dev.javernetes.controllermanager.serviceaccount;

import dev.javernetes.api.model.core.v1.Secret;
import dev.javernetes.api.model.core.v1.ServiceAccount;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.Informers.Selection;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Fills a Secret of type {@code kubernetes.io/service-account-token} that somebody made for an
 * account, and deletes it when the account is gone.
 */
public final class TokenController implements Controller {
  private static final String TYPE = "kubernetes.io/service-account-token";
  private static final String NAME = "kubernetes.io/service-account.name";
  private static final String UID = "kubernetes.io/service-account.uid";

  private final ControllerContext context;
  private final TokenSigner signer;
  private final String rootPem;
  private final Loop<ObjectKey> loop;
  private final Informer<Secret> secrets;
  private final Informer<ServiceAccount> accounts;

  public TokenController(
      ControllerContext context, int workers, TokenSigner signer, String rootPem) {
    this.context = context;
    this.signer = signer;
    this.rootPem = rootPem;
    this.loop = Loop.of("serviceaccount_tokens_secret", context, workers);
    this.secrets =
        loop.needing(context.informers().of(Secret.TYPE, new Selection("", "", "type=" + TYPE)));
    this.accounts = loop.informer(ServiceAccount.TYPE);
    loop.on(secrets, EventHandler.each(secret -> loop.queue().add(Meta.key(secret))));
    loop.on(
        accounts,
        EventHandler.each(account -> {
          for (Secret secret : secrets.list(account.metadata().namespace())) {
            if (Meta.annotation(secret, NAME).equals(account.metadata().name())) {
              loop.queue().add(Meta.key(secret));
            }
          }
        }));
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void reconcile(ObjectKey key) {
    Secret secret = secrets.get(key).orElse(null);
    if (secret == null || Meta.deleting(secret)) {
      return;
    }
    String name = Meta.annotation(secret, NAME);
    if (name.isEmpty()) {
      return;
    }
    ServiceAccount account =
        accounts
            .get(key.namespace(), name)
            .or(() -> context.client().find(ServiceAccount.TYPE, key.namespace(), name))
            .orElse(null);
    String uid = Meta.annotation(secret, UID);
    if (account == null || (!uid.isEmpty() && !uid.equals(Meta.uid(account)))) {
      Deletions.ifPresent(
          context.client(), Secret.TYPE, secret, DeleteOptions.uid(Meta.uid(secret)));
      return;
    }
    Secret filled = fill(secret, account);
    if (!filled.equals(secret)) {
      context.client().update(Secret.TYPE, filled);
    }
  }

  private Secret fill(Secret secret, ServiceAccount account) {
    Map<String, String> data = new LinkedHashMap<>(secret.data());
    if (!rootPem.isEmpty()) {
      data.put("ca.crt", base64(rootPem));
    }
    data.putIfAbsent("namespace", base64(secret.metadata().namespace()));
    if (!data.containsKey("token")) {
      data.put(
          "token",
          base64(
              signer.sign(
                  secret.metadata().namespace(),
                  account.metadata().name(),
                  Meta.uid(account),
                  secret.metadata().name())));
    }
    return secret.toBuilder()
        .metadata(Meta.annotated(secret.metadata(), UID, Meta.uid(account)))
        .data(data)
        .build();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
