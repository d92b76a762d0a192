/**
 * What every component that runs by itself has: flags under upstream's names. Uses the JDK only.
 * Start reading at {@link dev.javernetes.client.component.Flags}.
 */
@NullMarked
package dev.javernetes.client.component;

import org.jspecify.annotations.NullMarked;
