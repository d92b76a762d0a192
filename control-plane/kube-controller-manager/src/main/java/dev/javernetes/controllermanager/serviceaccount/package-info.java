/**
 * What every namespace gets for its pods' identity: the default ServiceAccount, the root CA, and
 * tokens in Secrets for those who still use them. Uses the loop package and the client. Start
 * reading at {@link dev.javernetes.controllermanager.serviceaccount.PerNamespace}.
 */
@NullMarked
package dev.javernetes.controllermanager.serviceaccount;

import org.jspecify.annotations.NullMarked;
