/**
 * Services: their rules, and the addresses and node ports that they are given. Start reading at
 * {@link dev.javernetes.apiserver.strategy.service.ServiceStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.service;

import org.jspecify.annotations.NullMarked;
