namespace Platform.Cluster.Configuration;

/// <summary>
/// Settings of Kafka's brokers that this one knows by name and does not act on. They are kept and reported, so that a
/// configuration written for Kafka starts, and nobody believes in an effect that is not there.
/// </summary>
public static class KnownKafkaKeys
{
    private const string NotBuilt = "not supported by this broker";

    // Plug-ins of Kafka read settings of their own, and vendors' images set some: such prefixes are let through.
    private static readonly string[] Prefixes =
        ["rsm.config.", "rlmm.config.", "confluent.", "config.providers.", "metrics.context.", "strimzi."];

    private static readonly Dictionary<string, string> Reasons = Build();

    /// <summary>True when the name is known; <paramref name="reason"/> says why it has no effect.</summary>
    public static bool Contains(string name, out string reason)
    {
        if (Reasons.TryGetValue(name, out reason!))
            return true;
        reason = NotBuilt;
        // Our own remote storages tell their settings: a slip in one of them must not pass for a plug-in's.
        if (RemoteStoragePrefix.IsOwn(name))
            return false;
        return Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) || IsListenerScoped(name);
    }

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> All => Reasons.Keys.Order(StringComparer.Ordinal);

    // listener.name.<listener>.[<mechanism>.]<key>: the key may itself contain dots, so every tail is tried.
    private static bool IsListenerScoped(string name)
    {
        const string prefix = "listener.name.";
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        for (var dot = name.IndexOf('.', prefix.Length); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            var key = name[(dot + 1)..];
            if (Reasons.ContainsKey(key) || BrokerConfigs.Find(key) is not null)
                return true;
        }
        return false;
    }

    private static Dictionary<string, string> Build()
    {
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(reasons, NotBuilt, Security);
        Add(reasons, NotBuilt, TieredStorage);
        Add(reasons, NotBuilt, ShareAndStreams);
        Add(reasons, NotBuilt, Others);
        Add(reasons, "metadata lives in the controller quorum; set process.roles and controller.quorum.voters",
            ZooKeeper);
        Add(reasons, "removed from Kafka", Removed);
        return reasons;
    }

    private static void Add(Dictionary<string, string> reasons, string reason, string names)
    {
        foreach (var name in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            reasons.Add(name, reason);
    }

    private const string Security = """
        early.start.listeners principal.builder.class
        delegation.token.expiry.check.interval.ms delegation.token.expiry.time.ms delegation.token.max.lifetime.ms
        delegation.token.secret.key delegation.token.master.key security.providers
        sasl.client.callback.handler.class sasl.enabled.mechanisms sasl.jaas.config sasl.kerberos.kinit.cmd
        sasl.kerberos.min.time.before.relogin sasl.kerberos.principal.to.local.rules sasl.kerberos.service.name
        sasl.kerberos.ticket.renew.jitter sasl.kerberos.ticket.renew.window.factor sasl.login.callback.handler.class
        sasl.login.class sasl.login.connect.timeout.ms sasl.login.read.timeout.ms sasl.login.refresh.buffer.seconds
        sasl.login.refresh.min.period.seconds sasl.login.refresh.window.factor sasl.login.refresh.window.jitter
        sasl.login.retry.backoff.max.ms sasl.login.retry.backoff.ms sasl.mechanism.controller.protocol
        sasl.mechanism.inter.broker.protocol sasl.oauthbearer.assertion.algorithm sasl.oauthbearer.assertion.claim.aud
        sasl.oauthbearer.assertion.claim.exp.seconds sasl.oauthbearer.assertion.claim.iss
        sasl.oauthbearer.assertion.claim.jti.include sasl.oauthbearer.assertion.claim.nbf.seconds
        sasl.oauthbearer.assertion.claim.sub sasl.oauthbearer.assertion.file
        sasl.oauthbearer.assertion.private.key.file
        sasl.oauthbearer.assertion.private.key.passphrase sasl.oauthbearer.assertion.template.file
        sasl.oauthbearer.client.credentials.client.id sasl.oauthbearer.client.credentials.client.secret
        sasl.oauthbearer.clock.skew.seconds sasl.oauthbearer.expected.audience sasl.oauthbearer.expected.issuer
        sasl.oauthbearer.allow.unverified.audience sasl.oauthbearer.allow.unverified.issuer
        sasl.oauthbearer.header.urlencode sasl.oauthbearer.jwks.endpoint.refresh.ms
        sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms sasl.oauthbearer.jwks.endpoint.retry.backoff.ms
        sasl.oauthbearer.jwks.endpoint.url sasl.oauthbearer.jwt.retriever.class sasl.oauthbearer.jwt.validator.class
        sasl.oauthbearer.scope sasl.oauthbearer.scope.claim.name sasl.oauthbearer.sub.claim.name
        sasl.oauthbearer.token.endpoint.url sasl.server.callback.handler.class sasl.server.max.receive.size
        ssl.allow.dn.changes ssl.allow.san.changes ssl.cipher.suites ssl.client.auth ssl.enabled.protocols
        ssl.endpoint.identification.algorithm ssl.engine.factory.class ssl.key.password ssl.keymanager.algorithm
        ssl.keystore.certificate.chain ssl.keystore.key ssl.keystore.location ssl.keystore.password ssl.keystore.type
        ssl.principal.mapping.rules ssl.protocol ssl.provider ssl.secure.random.implementation
        ssl.trustmanager.algorithm
        ssl.truststore.certificates ssl.truststore.location ssl.truststore.password ssl.truststore.type
        ssl.keystore.filename ssl.keystore.credentials ssl.key.credentials ssl.truststore.filename
        ssl.truststore.credentials
        """;

    private const string TieredStorage = """
        remote.log.manager.copy.quota.window.num remote.log.manager.copy.quota.window.size.seconds
        remote.log.manager.fetch.quota.window.num remote.log.manager.fetch.quota.window.size.seconds
        remote.log.manager.follower.thread.pool.size remote.log.manager.thread.pool.size
        remote.log.metadata.manager.class.name
        remote.log.metadata.manager.class.path remote.log.metadata.manager.impl.prefix
        remote.log.metadata.manager.listener.name
        remote.log.storage.manager.class.path
        log.remote.copy.lag.ms log.remote.copy.lag.bytes
        follower.fetch.last.tiered.offset.enable
        """;

    private const string ShareAndStreams = """
        group.share.assignors group.share.delivery.count.limit group.share.heartbeat.interval.ms
        group.share.max.groups
        group.share.enable group.share.max.delivery.count.limit group.share.max.heartbeat.interval.ms
        group.share.max.partition.max.record.locks group.share.max.record.lock.duration.ms
        group.share.max.session.timeout.ms group.share.max.share.sessions group.share.max.size
        group.share.min.delivery.count.limit group.share.min.heartbeat.interval.ms
        group.share.min.partition.max.record.locks group.share.min.record.lock.duration.ms
        group.share.min.session.timeout.ms group.share.partition.max.record.locks group.share.persister.class.name
        group.share.record.lock.duration.ms group.share.session.timeout.ms group.share.assignment.interval.ms
        group.share.initialize.retry.interval.ms share.coordinator.append.linger.ms
        share.coordinator.cold.partition.snapshot.interval.ms share.coordinator.load.buffer.size
        share.coordinator.snapshot.update.records.per.snapshot share.coordinator.state.topic.compression.codec
        share.coordinator.state.topic.min.isr share.coordinator.state.topic.num.partitions
        share.coordinator.state.topic.prune.interval.ms share.coordinator.state.topic.replication.factor
        share.coordinator.state.topic.segment.bytes share.coordinator.threads share.coordinator.write.timeout.ms
        share.fetch.purgatory.purge.interval.requests errors.deadletterqueue.auto.create.topics.enable
        errors.deadletterqueue.topic.name.prefix group.streams.heartbeat.interval.ms
        group.streams.initial.rebalance.delay.ms group.streams.max.heartbeat.interval.ms
        group.streams.max.session.timeout.ms group.streams.max.size group.streams.max.standby.replicas
        group.streams.min.heartbeat.interval.ms group.streams.min.session.timeout.ms
        group.streams.num.standby.replicas
        group.streams.session.timeout.ms group.streams.assignment.interval.ms group.consumer.assignment.interval.ms
        group.consumer.regex.refresh.interval.ms
        """;

    private const string Others = """
        add.partitions.to.txn.retry.backoff.ms
        alter.config.policy.class.name alter.log.dirs.replication.quota.window.num
        alter.log.dirs.replication.quota.window.size.seconds auto.include.jmx.reporter client.quota.callback.class
        config.providers controller.performance.always.log.threshold.ms controller.performance.sample.period.ms
        create.topic.policy.class.name delete.records.purgatory.purge.interval.requests
        fetch.purgatory.purge.interval.requests group.coordinator.append.linger.ms
        group.coordinator.background.threads group.coordinator.threads kafka.metrics.polling.interval.secs
        kafka.metrics.reporters leader.imbalance.per.broker.percentage
        log.cleaner.hash.algorithm log.initial.task.delay.ms log.dir.failure.handler metric.reporters
        metrics.num.samples
        metrics.recording.level metrics.sample.window.ms
        producer.id.expiration.check.interval.ms producer.purgatory.purge.interval.requests quota.window.num
        quota.window.size.seconds replication.quota.window.num
        replication.quota.window.size.seconds socket.connection.setup.timeout.max.ms
        socket.connection.setup.timeout.ms
        telemetry.max.bytes transaction.two.phase.commit.enable unstable.api.versions.enable
        unstable.feature.versions.enable
        """;

    private const string ZooKeeper = """
        zookeeper.clientCnxnSocket zookeeper.connect zookeeper.connection.timeout.ms zookeeper.max.in.flight.requests
        zookeeper.metadata.migration.enable zookeeper.metadata.migration.min.batch.size zookeeper.session.timeout.ms
        zookeeper.set.acl zookeeper.ssl.cipher.suites zookeeper.ssl.client.enable zookeeper.ssl.crl.enable
        zookeeper.ssl.enabled.protocols zookeeper.ssl.endpoint.identification.algorithm
        zookeeper.ssl.keystore.location
        zookeeper.ssl.keystore.password zookeeper.ssl.keystore.type zookeeper.ssl.ocsp.enable zookeeper.ssl.protocol
        zookeeper.ssl.truststore.location zookeeper.ssl.truststore.password zookeeper.ssl.truststore.type
        """;

    private const string Removed = """
        advertised.host.name advertised.port broker.id.generation.enable control.plane.listener.name
        controlled.shutdown.max.retries controlled.shutdown.retry.backoff.ms eligible.leader.replicas.enable host.name
        inter.broker.protocol.version log.message.downconversion.enable log.message.format.version
        log.message.timestamp.difference.max.ms offsets.commit.required.acks password.encoder.cipher.algorithm
        password.encoder.iterations password.encoder.key.length password.encoder.keyfactory.algorithm
        password.encoder.old.secret password.encoder.secret port quota.consumer.default quota.producer.default
        reserved.broker.max.id group.coordinator.new.enable
        """;
}
