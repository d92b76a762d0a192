/**
 * What {@code kubectl get} shows of each built-in kind: columns and cells, and the columns that a
 * custom resource definition asks for. Pure functions over the JSON tree. Start reading at {@link
 * dev.javernetes.apiserver.printers.TablePrinters}.
 */
@NullMarked
package dev.javernetes.apiserver.printers;

import org.jspecify.annotations.NullMarked;
