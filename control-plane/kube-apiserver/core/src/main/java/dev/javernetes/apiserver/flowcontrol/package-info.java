/** API priority and fairness: the objects that say whose requests are served before whose. */
@NullMarked
package dev.javernetes.apiserver.flowcontrol;

import org.jspecify.annotations.NullMarked;
