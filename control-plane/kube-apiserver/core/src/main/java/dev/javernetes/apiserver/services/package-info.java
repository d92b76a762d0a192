/**
 * The ranges that services' addresses and node ports come from; the latter as a bitmap in the
 * store. They are claimed by {@code strategy.service}. Start reading at {@link
 * dev.javernetes.apiserver.services.AddressRange}.
 */
@NullMarked
package dev.javernetes.apiserver.services;

import org.jspecify.annotations.NullMarked;
