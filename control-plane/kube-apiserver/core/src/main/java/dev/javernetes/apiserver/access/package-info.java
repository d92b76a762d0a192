/**
 * The ports through which a request passes before it reaches a resource: authentication,
 * authorization, admission. Uses requests, JSON trees and the resource definitions; their
 * implementations live in the packages authentication, authorization and admission. Start reading
 * at {@link dev.javernetes.apiserver.access.AdmissionRequest}.
 */
@NullMarked
package dev.javernetes.apiserver.access;

import org.jspecify.annotations.NullMarked;
