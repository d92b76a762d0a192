package dev.javernetes.apiserver.security;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.access.Admission;
import dev.javernetes.apiserver.access.Authenticator;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.access.ReviewCatalog;
import dev.javernetes.apiserver.admission.AdmissionChain;
import dev.javernetes.apiserver.admission.AdmissionPlugins;
import dev.javernetes.apiserver.admission.webhook.HttpWebhookCaller;
import dev.javernetes.apiserver.authentication.Authentication;
import dev.javernetes.apiserver.authentication.AuthenticationTrust;
import dev.javernetes.apiserver.authorization.AlwaysAuthorizer;
import dev.javernetes.apiserver.authorization.PrivilegedGroups;
import dev.javernetes.apiserver.authorization.UnionAuthorizer;
import dev.javernetes.apiserver.authorization.abac.AbacAuthorizer;
import dev.javernetes.apiserver.authorization.node.NodeAuthorizer;
import dev.javernetes.apiserver.authorization.rbac.BootstrapPolicy;
import dev.javernetes.apiserver.authorization.rbac.BootstrapReconciler;
import dev.javernetes.apiserver.authorization.rbac.EscalationCheck;
import dev.javernetes.apiserver.authorization.rbac.PolicyRule;
import dev.javernetes.apiserver.authorization.rbac.RbacAuthorizer;
import dev.javernetes.apiserver.authorization.review.AccessReview;
import dev.javernetes.apiserver.authorization.review.RulesReview;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import dev.javernetes.apiserver.request.UserInfo;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a request and the resources, ready made:
 *
 * <pre>{@code
 * Security security = Security.create(settings, ports);
 * security.bootstrap().forEach(Runnable::run);    // roles and bindings, once the store answers
 * UserInfo user = security.authenticator().authenticate(request);
 * security.authorizer().authorize(RequestAttributes.of(user, info, "", ""));
 * security.admission().mutate(admissionRequest);
 * }</pre>
 */
public final class Security implements AutoCloseable {
  private final Authenticator authenticator;
  private final Authorizer authorizer;
  private final Admission admission;
  private final ReviewCatalog reviews;
  private final Authentication authentication;
  private final BootstrapReconciler bootstrap;
  private final AuthenticationTrust trust;
  private final boolean rbacInUse;
  private final List<AutoCloseable> closed;

  /**
   * What security stands on.
   *
   * @param uuids yields UUIDs
   * @param suffixes yields five random letters for generated names
   * @param executor runs webhook calls, which block
   */
  public record Ports(
      ObjectReader reader,
      ObjectWriter writer,
      InstantSource clock,
      Supplier<String> uuids,
      Supplier<String> suffixes,
      ExecutorService executor) {}

  private Security(SecuritySettings settings, Ports ports) {
    ObjectReader reader = ports.reader;
    List<AutoCloseable> opened = new ArrayList<>();
    List<Authorizer> authorizers = new ArrayList<>();
    authorizers.add(new PrivilegedGroups(List.of(UserInfo.MASTERS_GROUP)));
    RbacAuthorizer rbac = null;
    for (AuthorizationMode mode : settings.modes()) {
      switch (mode) {
        case NODE -> {
          NodeAuthorizer node = NodeAuthorizer.over(reader, nodeRules());
          opened.add(node);
          authorizers.add(node);
        }
        case RBAC -> {
          rbac = RbacAuthorizer.over(reader);
          opened.add(rbac);
          authorizers.add(rbac);
        }
        case ABAC ->
            authorizers.add(AbacAuthorizer.parse(Objects.requireNonNull(settings.abacPolicy())));
        case ALWAYS_ALLOW -> authorizers.add(AlwaysAuthorizer.ALLOW);
        case ALWAYS_DENY -> authorizers.add(AlwaysAuthorizer.DENY);
      }
    }
    UnionAuthorizer union = new UnionAuthorizer(authorizers);
    closed = opened;
    rbacInUse = rbac != null;
    authorizer = union;
    authentication =
        new Authentication(settings.authentication(), reader, ports.clock, ports.uuids);
    authenticator = authentication.authenticator(union);
    bootstrap = new BootstrapReconciler(reader, ports.writer);
    trust = new AuthenticationTrust(settings.authentication(), reader, ports.writer, ports.clock);
    reviews = reviews(authentication, union);
    AdmissionPlugins plugins =
        new AdmissionPlugins(
            new AdmissionPlugins.Ports(
                reader,
                ports.writer,
                union,
                new HttpWebhookCaller(reader),
                ports.clock,
                ports.uuids,
                ports.suffixes,
                ports.executor));
    opened.add(plugins);
    List<Object> chain = plugins.chosen(settings.disabledPlugins());
    if (rbac != null) {
      chain.add(new EscalationCheck(rbac, union));
    }
    admission = new AdmissionChain(chain);
  }

  /** Returns once roles, bindings and what else must be known have been read. */
  public static Security create(SecuritySettings settings, Ports ports) {
    return new Security(settings, ports);
  }

  /** Also lets users impersonate others, and passes requests whose carrier vouches for them. */
  public Authenticator authenticator() {
    return authenticator;
  }

  public Authorizer authorizer() {
    return authorizer;
  }

  public Admission admission() {
    return admission;
  }

  public ReviewCatalog reviews() {
    return reviews;
  }

  public Authentication authentication() {
    return authentication;
  }

  /**
   * What writes the roles and bindings that every cluster has and whom to trust, at each start, in
   * any order.
   */
  public List<Runnable> bootstrap() {
    List<Runnable> steps = new ArrayList<>();
    steps.add(trust::publish);
    if (rbacInUse) {
      steps.addAll(bootstrap.steps(BootstrapPolicy.load()));
    }
    return steps;
  }

  private static List<PolicyRule> nodeRules() {
    return BootstrapPolicy.load().clusterRoles().stream()
        .filter(role -> role.objectOrEmpty("metadata").string("name").equals("system:node"))
        .findFirst()
        .map(PolicyRule::rulesOf)
        .orElseThrow();
  }

  private static ReviewCatalog reviews(Authentication authentication, UnionAuthorizer union) {
    String access = "authorization.k8s.io";
    String identity = "authentication.k8s.io";
    Map<String, Review> reviews = new HashMap<>();
    reviews.put(
        "subjectaccessreviews." + access, new AccessReview(AccessReview.Kind.SUBJECT, union));
    reviews.put(
        "selfsubjectaccessreviews." + access, new AccessReview(AccessReview.Kind.SELF, union));
    reviews.put(
        "localsubjectaccessreviews." + access, new AccessReview(AccessReview.Kind.LOCAL, union));
    reviews.put("selfsubjectrulesreviews." + access, new RulesReview(union));
    reviews.put("tokenreviews." + identity, authentication.tokenReview());
    reviews.put("selfsubjectreviews." + identity, authentication.selfSubjectReview());
    @Nullable Review tokenRequest = authentication.tokenRequest();
    GroupResource accounts = new GroupResource("", "serviceaccounts");
    return (resource, subresource) -> {
      if (subresource.isEmpty()) {
        return reviews.get(resource.toString());
      }
      return subresource.equals("token") && resource.equals(accounts) ? tokenRequest : null;
    };
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable one : closed) {
      one.close();
    }
  }
}
