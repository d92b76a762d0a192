package dev.javernetes.cloudcontrollermanager;

import dev.javernetes.client.Client;
import dev.javernetes.client.EventRecorder;
import dev.javernetes.client.Informers;
import dev.javernetes.client.Timers;

/** What each loop gets from outside. */
record CloudContext(
    Client client, Informers informers, Timers timers, EventRecorder events, String clusterName) {}
