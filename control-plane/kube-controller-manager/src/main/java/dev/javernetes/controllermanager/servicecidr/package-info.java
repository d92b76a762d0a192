/**
 * Keeps ranges of service addresses while services have addresses of them. Uses the loop package
 * and the client. Start reading at {@link
 * dev.javernetes.controllermanager.servicecidr.ServiceCidrController}.
 */
@NullMarked
package dev.javernetes.controllermanager.servicecidr;

import org.jspecify.annotations.NullMarked;
