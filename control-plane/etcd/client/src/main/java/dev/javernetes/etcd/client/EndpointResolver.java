package dev.javernetes.etcd.client;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Resolves a fixed list of members, each a host and port with a TLS name of its own. The target is
 * {@code etcd-endpoints:///host:port,…}.
 */
final class EndpointResolver extends NameResolverProvider {
  static final String SCHEME = "etcd-endpoints";

  static String target(List<URI> endpoints) {
    return SCHEME
        + ":///"
        + String.join(
            ",", endpoints.stream().map(uri -> uri.getHost() + ":" + uri.getPort()).toList());
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 5;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return List.of(InetSocketAddress.class);
  }

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args args) {
    List<String> members = Arrays.asList(target.getPath().substring(1).split(",", -1));
    return new FixedResolver(members, args);
  }

  private static final class FixedResolver extends NameResolver {
    private final List<String> members;
    private final Args args;

    FixedResolver(List<String> members, Args args) {
      this.members = members;
      this.args = args;
    }

    @Override
    public String getServiceAuthority() {
      return members.getFirst();
    }

    @Override
    public void start(Listener2 listener) {
      resolve(listener);
    }

    private void resolve(Listener2 listener) {
      List<EquivalentAddressGroup> groups = new ArrayList<>();
      Status failure = Status.UNAVAILABLE.withDescription("no etcd endpoint resolves");
      for (String member : members) {
        int colon = member.lastIndexOf(':');
        String host = member.substring(0, colon).replace("[", "").replace("]", "");
        int port = Integer.parseInt(member.substring(colon + 1));
        try {
          InetAddress address = InetAddress.getByName(host);
          groups.add(
              new EquivalentAddressGroup(
                  new InetSocketAddress(address, port),
                  Attributes.newBuilder()
                      .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, member)
                      .build()));
        } catch (UnknownHostException e) {
          failure = Status.UNAVAILABLE.withDescription("unknown host " + host).withCause(e);
        }
      }
      StatusOr<List<EquivalentAddressGroup>> found =
          groups.isEmpty() ? StatusOr.fromStatus(failure) : StatusOr.fromValue(groups);
      args.getSynchronizationContext()
          .execute(() ->
              listener.onResult2(ResolutionResult.newBuilder().setAddressesOrError(found).build()));
    }

    @Override
    public void shutdown() {
      // Nothing runs.
    }
  }
}
