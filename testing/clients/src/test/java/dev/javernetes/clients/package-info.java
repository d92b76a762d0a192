/**
 * Clients of others, as they are published, against a simulated cluster that runs in a process of
 * its own. They may use nothing of ours: each sees what a user of it would. Start with {@link
 * dev.javernetes.clients.SimulatedCluster}.
 */
@NullMarked
package dev.javernetes.clients;

import org.jspecify.annotations.NullMarked;
