/**
 * Puts authentication, authorization and admission together for one API server. Uses those three
 * packages and the registry's object reader and writer. Start reading at {@link
 * dev.javernetes.apiserver.security.Security}.
 */
@NullMarked
package dev.javernetes.apiserver.security;

import org.jspecify.annotations.NullMarked;
