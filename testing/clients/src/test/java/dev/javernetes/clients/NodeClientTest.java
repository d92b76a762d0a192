package dev.javernetes.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * @kubernetes/client-node: list, watch, informer, server-side apply.
 */
@ExtendWith(SimulatedCluster.Provided.class)
class NodeClientTest {
  private static final String SCRIPT =
      """
      import * as k8s from '@kubernetes/client-node';
      const config = new k8s.KubeConfig();
      config.loadFromDefault();
      const core = config.makeApiClient(k8s.CoreV1Api);
      const namespace = 'default';
      const seen = [];
      const until = async (what) => {
        for (let i = 0; i < 300 && !seen.includes(what); i++) await new Promise((r) => setTimeout(r, 100));
        if (!seen.includes(what)) throw new Error(`not seen: ${what} in ${seen}`);
      };
      const apply = (name, value, manager) => core.patchNamespacedConfigMap(
        { name, namespace, fieldManager: manager,
          body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: value } } },
        k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.ServerSideApply));

      await apply('node-one', '1', 'one');
      const listed = await core.listNamespacedConfigMap({ namespace });
      if (!listed.items.some((map) => map.metadata.name === 'node-one')) throw new Error('not listed');
      try {
        await apply('node-one', '2', 'two');
        throw new Error('no conflict');
      } catch (refused) {
        if (refused.code !== 409) throw refused;
      }

      const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`,
        () => core.listNamespacedConfigMap({ namespace }));
      for (const event of ['add', 'update', 'delete'])
        informer.on(event, (map) => seen.push(`${event} ${map.metadata.name}`));
      await informer.start();
      const watch = await new k8s.Watch(config).watch(`/api/v1/namespaces/${namespace}/configmaps`, {},
        (type, map) => seen.push(`${type} ${map.metadata.name}`), () => {});
      await until('add node-one');
      await until('ADDED node-one');
      await apply('node-one', '3', 'one');
      await until('update node-one');
      await until('MODIFIED node-one');
      await core.deleteNamespacedConfigMap({ name: 'node-one', namespace });
      await until('delete node-one');
      await until('DELETED node-one');
      console.log('all seen');
      process.exit(0);
      """;

  @Test
  void listsWatchesInformsAndApplies(SimulatedCluster cluster) throws Exception {
    assumeTrue(Program.isOnPath("node"), "needs node");
    Path folder = NpmPackage.CLIENT_NODE.unpacked();
    Files.writeString(folder.resolve("client.mjs"), SCRIPT);
    assertThat(cluster.program(folder, "node").run("client.mjs")).contains("all seen");
  }
}
