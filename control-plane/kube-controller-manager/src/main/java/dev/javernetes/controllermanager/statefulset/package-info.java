/**
 * Keeps numbered pods with volumes of their own. Uses the loop package and the client. Start
 * reading at {@link dev.javernetes.controllermanager.statefulset.StatefulSetPlan}.
 */
@NullMarked
package dev.javernetes.controllermanager.statefulset;

import org.jspecify.annotations.NullMarked;
