/**
 * Empties namespaces that are being deleted, whatever is in them. Uses the loop package and the
 * client's discovery. Start reading at {@link
 * dev.javernetes.controllermanager.namespace.NamespaceContent}.
 */
@NullMarked
package dev.javernetes.controllermanager.namespace;

import org.jspecify.annotations.NullMarked;
