import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * One server of a real system, as its own main class (the first argument) starts it, but only at a word: so the
 * servers of an ensemble begin together, however long each virtual machine took to start.
 */
public final class ServerProcess {
    /** What a start needs first. A name that a system or a version does not have is no harm. */
    private static final String[] EARLY = {
        "org.apache.zookeeper.server.NIOServerCnxnFactory",
        "org.apache.zookeeper.server.ZKDatabase",
        "org.apache.zookeeper.server.ZooKeeperServerMain",
        "org.apache.zookeeper.server.persistence.FileTxnSnapLog",
        "org.apache.zookeeper.server.quorum.FastLeaderElection",
        "org.apache.zookeeper.server.quorum.FollowerZooKeeperServer",
        "org.apache.zookeeper.server.quorum.LeaderZooKeeperServer",
        "org.apache.zookeeper.server.quorum.QuorumCnxManager",
        "org.apache.zookeeper.server.quorum.QuorumPeer",
        "org.apache.zookeeper.server.quorum.QuorumPeerConfig",
        "kafka.cluster.Partition",
        "kafka.controller.KafkaController",
        "kafka.log.LogManager",
        "kafka.network.SocketServer",
        "kafka.server.KafkaApis",
        "kafka.server.KafkaServer",
        "kafka.server.ReplicaManager",
        "kafka.utils.ZkUtils",
    };

    private ServerProcess() {
    }

    public static void main(String[] arguments) throws Exception {
        Wire.listen();
        for (String name : EARLY) {
            try {
                Class.forName(name);
            } catch (ClassNotFoundException | LinkageError unknownHere) {
                // It is loaded when it is needed, if ever.
            }
        }
        Method main = Class.forName(arguments[0]).getMethod("main", String[].class);
        Wire.say("ready");
        Wire.next();
        try {
            main.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException failed) {
            throw new IllegalStateException(failed.getCause());
        }
    }
}
