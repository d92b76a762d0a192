/**
 * What every controller is made of: a queue over informers, memory of its own writes, owners, label
 * selection, pods from templates and their states. Uses the client and the model only. Start
 * reading at {@link dev.javernetes.controllermanager.loop.Loop}.
 */
@NullMarked
package dev.javernetes.controllermanager.loop;

import org.jspecify.annotations.NullMarked;
