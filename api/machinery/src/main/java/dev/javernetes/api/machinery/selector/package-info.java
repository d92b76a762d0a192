/**
 * Label and field selectors: parsed from their text form, matched against maps of strings. Pure;
 * uses names and errors only. Start reading at {@link
 * dev.javernetes.api.machinery.selector.LabelSelector}.
 */
@NullMarked
package dev.javernetes.api.machinery.selector;

import org.jspecify.annotations.NullMarked;
