/**
 * Counts what is used of each ResourceQuota; admission enforces it. Uses the loop package and the
 * client. Start reading at {@link dev.javernetes.controllermanager.resourcequota.QuotaUsage}.
 */
@NullMarked
package dev.javernetes.controllermanager.resourcequota;

import org.jspecify.annotations.NullMarked;
