/**
 * The iptables data plane: rules as text, computed by a pure function ({@link
 * dev.javernetes.proxy.iptables.IptablesRules}), and the programs that apply them ({@link
 * dev.javernetes.proxy.iptables.Iptables}). Start reading at the former.
 */
@NullMarked
package dev.javernetes.proxy.iptables;

import org.jspecify.annotations.NullMarked;
