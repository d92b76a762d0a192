/**
 * Makes Jobs by the clock. Uses the loop package and the client. Start reading at {@link
 * dev.javernetes.controllermanager.cronjob.CronJobPlan}.
 */
@NullMarked
package dev.javernetes.controllermanager.cronjob;

import org.jspecify.annotations.NullMarked;
