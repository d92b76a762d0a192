package dev.javernetes.etcd.server;

/** The services that gRPC and the JSON gateway share. */
record Services(
    KvService kv,
    LeaseService lease,
    ClusterService cluster,
    MaintenanceService maintenance,
    AuthService auth) {}
