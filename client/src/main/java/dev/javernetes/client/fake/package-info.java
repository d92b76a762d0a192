/**
 * An API server of a few hundred lines, in memory, for tests of everything above the client port.
 * Uses the transport port and JSON trees only. Start reading at {@link
 * dev.javernetes.client.fake.FakeApiServer}.
 */
@NullMarked
package dev.javernetes.client.fake;

import org.jspecify.annotations.NullMarked;
