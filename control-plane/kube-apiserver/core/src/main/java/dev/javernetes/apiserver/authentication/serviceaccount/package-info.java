/**
 * Service accounts' tokens: their claims, how they are issued and checked. Uses the registry's
 * object reader and the keys of the pki module. Start reading at {@link
 * dev.javernetes.apiserver.authentication.serviceaccount.AccountTokens}.
 */
@NullMarked
package dev.javernetes.apiserver.authentication.serviceaccount;

import org.jspecify.annotations.NullMarked;
