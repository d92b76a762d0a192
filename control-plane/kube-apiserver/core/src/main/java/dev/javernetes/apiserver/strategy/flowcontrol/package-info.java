/**
 * Flow schemas and priority levels: defaults and validation. Uses the rules that kinds share. Start
 * reading at {@link dev.javernetes.apiserver.strategy.flowcontrol.FlowcontrolStrategies}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.flowcontrol;

import org.jspecify.annotations.NullMarked;
