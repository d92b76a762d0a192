/**
 * Finding out who asks: client certificates, bearer tokens, proxies' headers, impersonation. Uses
 * requests, the registry's object reader and the keys of the pki module. Start reading at {@link
 * dev.javernetes.apiserver.authentication.AuthenticationChain}.
 */
@NullMarked
package dev.javernetes.apiserver.authentication;

import org.jspecify.annotations.NullMarked;
