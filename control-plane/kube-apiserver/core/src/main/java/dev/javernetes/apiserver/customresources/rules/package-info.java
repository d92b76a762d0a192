/**
 * {@code x-kubernetes-validations}: rules in CEL that a definition gives for its objects. Checks
 * them when a definition is written (what they say, their types, their worst cost) and evaluates
 * them when an object is. Works on schemas as JSON; uses {@code api/cel}. Start with {@link
 * dev.javernetes.apiserver.customresources.rules.ObjectRules}.
 */
@NullMarked
package dev.javernetes.apiserver.customresources.rules;

import org.jspecify.annotations.NullMarked;
