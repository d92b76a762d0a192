package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import java.util.List;

/** A small valid object, to be spoilt. */
record Sample(String resource, String json) {
  private static final String POD =
      "{'spec':{'containers':[{'name':'c','image':'i','ports':[{'containerPort':80}],'resources':{'limits':{'cpu':'1'}},"
          + "'env':[{'name':'A','value':'b'}],'volumeMounts':[{'name':'v','mountPath':'/v'}],'livenessProbe':{'httpGet':{'port':80}}}],"
          + "'volumes':[{'name':'v','emptyDir':{}}],'tolerations':[{'operator':'Exists'}]";

  static final List<Sample> ALL =
      List.of(
          new Sample(
              "pods",
              "{'kind':'Pod','apiVersion':'v1','metadata':{'name':'a'}," + POD.substring(1) + "}}"),
          new Sample(
              "configmaps",
              "{'kind':'ConfigMap','apiVersion':'v1','metadata':{'name':'a','labels':{'a':'b'}},'data':{'k':'v'},'binaryData':{'b':'YQ=='}}"),
          new Sample(
              "secrets",
              "{'kind':'Secret','apiVersion':'v1','metadata':{'name':'a'},'type':'Opaque','data':{'k':'YQ=='},'stringData':{'s':'t'}}"),
          new Sample(
              "services",
              "{'kind':'Service','apiVersion':'v1','metadata':{'name':'a'},'spec':{'type':'NodePort','selector':{'a':'b'},'ports':[{'name':'p','port':80,'targetPort':'http'}]}}"),
          new Sample(
              "deployments",
              "{'kind':'Deployment','apiVersion':'apps/v1','metadata':{'name':'a'},'spec':{'replicas':2,'selector':{'matchLabels':{'a':'b'}},'strategy':{'rollingUpdate':{'maxSurge':'25%'}},'template':{'metadata':{'labels':{'a':'b'}},"
                  + POD.substring(1)
                  + "}}}}"),
          new Sample(
              "statefulsets",
              "{'kind':'StatefulSet','apiVersion':'apps/v1','metadata':{'name':'a'},'spec':{'serviceName':'s','selector':{'matchLabels':{'a':'b'}},'volumeClaimTemplates':[{'metadata':{'name':'v'},'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}],'template':{'metadata':{'labels':{'a':'b'}},"
                  + POD.substring(1)
                  + "}}}}"),
          new Sample(
              "jobs",
              "{'kind':'Job','apiVersion':'batch/v1','metadata':{'name':'a'},'spec':{'completions':3,'completionMode':'Indexed','podFailurePolicy':{'rules':[{'action':'Ignore','onExitCodes':{'operator':'In','values':[1]}}]},'template':"
                  + POD
                  + ",'restartPolicy':'Never'}}}}"),
          new Sample(
              "cronjobs",
              "{'kind':'CronJob','apiVersion':'batch/v1','metadata':{'name':'a'},'spec':{'schedule':'* * * * *','timeZone':'Etc/UTC','jobTemplate':{'spec':{'template':"
                  + POD
                  + ",'restartPolicy':'Never'}}}}}}"),
          new Sample(
              "ingresses",
              "{'kind':'Ingress','apiVersion':'networking.k8s.io/v1','metadata':{'name':'a'},'spec':{'rules':[{'host':'a.b','http':{'paths':[{'path':'/','pathType':'Prefix','backend':{'service':{'name':'s','port':{'number':80}}}}]}}],'tls':[{'hosts':['a.b'],'secretName':'s'}]}}"),
          new Sample(
              "networkpolicies",
              "{'kind':'NetworkPolicy','apiVersion':'networking.k8s.io/v1','metadata':{'name':'a'},'spec':{'podSelector':{},'ingress':[{'from':[{'ipBlock':{'cidr':'10.0.0.0/8','except':['10.1.0.0/16']}}],'ports':[{'port':80,'endPort':90}]}]}}"),
          new Sample(
              "persistentvolumes",
              "{'kind':'PersistentVolume','apiVersion':'v1','metadata':{'name':'a'},'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/p'},'nodeAffinity':{'required':{'nodeSelectorTerms':[{'matchExpressions':[{'key':'a','operator':'In','values':['b']}]}]}}}}"),
          new Sample(
              "customresourcedefinitions",
              "{'kind':'CustomResourceDefinition','apiVersion':'apiextensions.k8s.io/v1','metadata':{'name':'foos.example.com'},'spec':{'group':'example.com','scope':'Namespaced','names':{'plural':'foos','kind':'Foo'},'versions':[{'name':'v1','served':true,'storage':true,'subresources':{'status':{},'scale':{'specReplicasPath':'.spec.r','statusReplicasPath':'.status.r'}},'additionalPrinterColumns':[{'name':'a','type':'string','jsonPath':'.spec.a'}],'selectableFields':[{'jsonPath':'.spec.a'}],'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object','x-kubernetes-validations':[{'rule':'self.r > 1','message':'m'}],'properties':{'a':{'type':'string','default':'x','pattern':'[a-z]*'},'r':{'type':'integer','minimum':1},'l':{'type':'array','maxItems':5,'x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k'],'items':{'type':'object','required':['k'],'properties':{'k':{'type':'string'}}}}}},'status':{'type':'object','x-kubernetes-preserve-unknown-fields':true}}}}}]}}"),
          new Sample(
              "validatingadmissionpolicies",
              "{'kind':'ValidatingAdmissionPolicy','apiVersion':'admissionregistration.k8s.io/v1','metadata':{'name':'a'},'spec':{'matchConstraints':{'resourceRules':[{'apiGroups':['apps'],'apiVersions':['v1'],'operations':['CREATE'],'resources':['deployments']}]},'variables':[{'name':'n','expression':'object.spec.replicas'}],'validations':[{'expression':'variables.n < 5','messageExpression':'string(variables.n)'}]}}"),
          new Sample(
              "mutatingadmissionpolicies",
              "{'kind':'MutatingAdmissionPolicy','apiVersion':'admissionregistration.k8s.io/v1','metadata':{'name':'a'},'spec':{'reinvocationPolicy':'Never','matchConstraints':{'resourceRules':[{'apiGroups':[''],'apiVersions':['v1'],'operations':['CREATE'],'resources':['pods']}]},'mutations':[{'patchType':'ApplyConfiguration','applyConfiguration':{'expression':'Object{metadata: Object.metadata{name: object.metadata.name}}'}}]}}"),
          new Sample(
              "validatingwebhookconfigurations",
              "{'kind':'ValidatingWebhookConfiguration','apiVersion':'admissionregistration.k8s.io/v1','metadata':{'name':'a'},'webhooks':[{'name':'a.b.c','admissionReviewVersions':['v1'],'sideEffects':'None','clientConfig':{'service':{'name':'s','namespace':'n'}},'rules':[{'apiGroups':['*'],'apiVersions':['*'],'operations':['*'],'resources':['*/*']}],'matchConditions':[{'name':'m','expression':'object.x == 1'}]}]}"),
          new Sample(
              "roles",
              "{'kind':'Role','apiVersion':'rbac.authorization.k8s.io/v1','metadata':{'name':'a'},'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]}"),
          new Sample(
              "rolebindings",
              "{'kind':'RoleBinding','apiVersion':'rbac.authorization.k8s.io/v1','metadata':{'name':'a'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'a'},'subjects':[{'kind':'User','name':'u','apiGroup':'rbac.authorization.k8s.io'}]}"),
          new Sample(
              "horizontalpodautoscalers",
              "{'kind':'HorizontalPodAutoscaler','apiVersion':'autoscaling/v2','metadata':{'name':'a'},'spec':{'maxReplicas':3,'scaleTargetRef':{'kind':'Deployment','name':'a','apiVersion':'apps/v1'},'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':50}}}],'behavior':{'scaleUp':{'policies':[{'type':'Pods','value':1,'periodSeconds':5}]}}}}"),
          new Sample(
              "poddisruptionbudgets",
              "{'kind':'PodDisruptionBudget','apiVersion':'policy/v1','metadata':{'name':'a'},'spec':{'minAvailable':'50%','selector':{'matchLabels':{'a':'b'}}}}"),
          new Sample(
              "endpointslices",
              "{'kind':'EndpointSlice','apiVersion':'discovery.k8s.io/v1','metadata':{'name':'a'},'addressType':'IPv4','endpoints':[{'addresses':['10.0.0.1'],'conditions':{'ready':true}}],'ports':[{'name':'p','port':80}]}"),
          new Sample(
              "resourceclaims",
              "{'kind':'ResourceClaim','apiVersion':'resource.k8s.io/v1','metadata':{'name':'a'},'spec':{'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'c','selectors':[{'cel':{'expression':'device.driver != device.driver'}}]}}],'config':[{'requests':['r'],'opaque':{'driver':'d','parameters':{'a':1}}}]}}}"),
          new Sample(
              "certificatesigningrequests",
              "{'kind':'CertificateSigningRequest','apiVersion':'certificates.k8s.io/v1','metadata':{'name':'a'},'spec':{'request':'YQ==','signerName':'a.b/c','usages':['client auth']}}"),
          new Sample(
              "events",
              "{'kind':'Event','apiVersion':'v1','metadata':{'name':'a'},'involvedObject':{'kind':'Pod','name':'a','namespace':'default'},'reason':'r','message':'m','type':'Normal'}"),
          new Sample(
              "nodes",
              "{'kind':'Node','apiVersion':'v1','metadata':{'name':'a'},'spec':{'taints':[{'key':'k','effect':'NoSchedule'}],'podCIDR':'10.1.0.0/24'}}"),
          new Sample(
              "leases",
              "{'kind':'Lease','apiVersion':'coordination.k8s.io/v1','metadata':{'name':'a'},'spec':{'holderIdentity':'h','leaseDurationSeconds':5,'renewTime':'2020-01-01T00:00:00.000000Z'}}"),
          new Sample(
              "flowschemas",
              "{'kind':'FlowSchema','apiVersion':'flowcontrol.apiserver.k8s.io/v1','metadata':{'name':'a'},'spec':{'priorityLevelConfiguration':{'name':'p'},'rules':[{'subjects':[{'kind':'User','user':{'name':'u'}}],'resourceRules':[{'verbs':['*'],'apiGroups':['*'],'resources':['*'],'namespaces':['*']}]}]}}"),
          new Sample(
              "serviceaccounts/token",
              "{'kind':'TokenRequest','apiVersion':'authentication.k8s.io/v1','metadata':{'name':'default'},'spec':{'audiences':['a'],'expirationSeconds':600}}"),
          new Sample(
              "subjectaccessreviews",
              "{'kind':'SubjectAccessReview','apiVersion':'authorization.k8s.io/v1','spec':{'user':'u','resourceAttributes':{'verb':'get','resource':'pods','labelSelector':{'requirements':[{'key':'a','operator':'In','values':['b']}]}}}}"),
          new Sample(
              "ipaddresses",
              "{'kind':'IPAddress','apiVersion':'networking.k8s.io/v1','metadata':{'name':'10.96.0.77'},'spec':{'parentRef':{'resource':'services','name':'a','namespace':'default'}}}"),
          new Sample(
              "servicecidrs",
              "{'kind':'ServiceCIDR','apiVersion':'networking.k8s.io/v1','metadata':{'name':'a'},'spec':{'cidrs':['10.97.0.0/24']}}"));

  boolean fits(GroupVersionKind kind, String name) {
    JsonObject object = object();
    return resource.equals(name)
        && kind.kind().equals(object.string("kind"))
        && kind.apiVersion().equals(object.string("apiVersion"));
  }

  JsonObject object() {
    try {
      return Json.parseObject(json.replace('\'', '"'));
    } catch (JsonSyntaxException problem) {
      throw new AssertionError(json, problem);
    }
  }
}
