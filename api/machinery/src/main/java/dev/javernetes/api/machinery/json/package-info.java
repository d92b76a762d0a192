/**
 * JSON as a tree of plain Java values, with the reader and the writer that every component shares.
 * Uses Jackson's streaming core and nothing else. Start reading at {@link
 * dev.javernetes.api.machinery.json.JsonObject}.
 */
@NullMarked
package dev.javernetes.api.machinery.json;

import org.jspecify.annotations.NullMarked;
