/**
 * What Services claim outside of themselves: cluster addresses (one IPAddress object each) and node
 * ports (a bitmap in the store). Uses the registry's ports and the store port. Start reading at
 * {@link dev.javernetes.apiserver.services.AllocatingServiceStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.services;

import org.jspecify.annotations.NullMarked;
