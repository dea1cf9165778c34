import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * One ZooKeeper server as its own main class starts it, but only at a word: so the servers of an ensemble begin
 * together, however long each virtual machine took to start.
 */
public final class ServerProcess {
    /** What a start needs first. A name that a version does not have is no harm. */
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
    };

    private ServerProcess() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        Wire.listen();
        for (String name : EARLY) {
            try {
                Class.forName(name);
            } catch (ClassNotFoundException | LinkageError unknownHere) {
                // It is loaded when it is needed, if ever.
            }
        }
        Wire.say("ready");
        Wire.next();
        QuorumPeerMain.main(arguments);
    }
}
