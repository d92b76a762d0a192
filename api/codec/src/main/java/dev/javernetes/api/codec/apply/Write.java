package dev.javernetes.api.codec.apply;

import java.time.Instant;

/**
 * Who writes, how, and when.
 *
 * @param manager the field manager: {@code fieldManager} of the request, else the user agent's
 *     first part
 * @param apiVersion the version of the request, in which the objects given are
 * @param subresource {@code ""} for the resource itself
 * @param resetFields what the strategy resets on a write through here, hence never owned
 * @param reconcile whether the schema may have changed since the managers were recorded: custom
 *     resources
 */
public record Write(
    String manager,
    String apiVersion,
    String subresource,
    FieldSet resetFields,
    boolean reconcile,
    Instant now) {}
