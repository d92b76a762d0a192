/**
 * Storage classes, drivers, attachments: defaults, validation, allowed updates, warnings. Uses the
 * shared rules of the package above. Start reading at {@link
 * dev.javernetes.apiserver.strategy.storage.StorageClassStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.storage;

import org.jspecify.annotations.NullMarked;
