package dev.javernetes.api.codec.protobuf;

import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaCatalog;
import java.util.concurrent.ConcurrentHashMap;

/** Plans by type, made when first needed. As many as there are types: no limit of its own. */
final class MessagePlans {
  private static final String PROPS =
      "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

  private final SchemaCatalog catalog;
  private final ConcurrentHashMap<Schema, MessagePlan> plans = new ConcurrentHashMap<>();

  MessagePlans(SchemaCatalog catalog) {
    this.catalog = catalog;
  }

  MessagePlan of(Schema type) {
    Schema resolved = type.resolve();
    MessagePlan known = plans.get(resolved);
    return known != null ? known : plans.computeIfAbsent(resolved, MessagePlan::of);
  }

  /** JSONSchemaProps, which the unions of apiextensions hold. */
  Schema schemaProps() {
    return catalog.type(PROPS);
  }
}
