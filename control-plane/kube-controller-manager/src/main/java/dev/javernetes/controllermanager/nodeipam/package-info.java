/**
 * Gives each node its range of pod addresses. Uses the loop package and the client. Start reading
 * at {@link dev.javernetes.controllermanager.nodeipam.CidrSet}.
 */
@NullMarked
package dev.javernetes.controllermanager.nodeipam;

import org.jspecify.annotations.NullMarked;
