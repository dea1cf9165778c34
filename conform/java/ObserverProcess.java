import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Looks at an ensemble as a user would, through clients that are none of the scenario's. Every request names its
 * bound in milliseconds; what takes longer is answered with "silent".
 */
public final class ObserverProcess {
    private static final int SESSION_TIMEOUT_MS = 10_000;
    private static final String SYSTEM_ZNODES = "/zookeeper";

    private static final ExecutorService WORKERS = Executors.newCachedThreadPool(new ThreadFactory() {
        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work, "looking");
            thread.setDaemon(true);
            return thread;
        }
    });
    /** The client of "open", until the next one. */
    private static volatile ZooKeeper open;
    private static volatile int probes;

    private ObserverProcess() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        Wire.listen();
        Wire.say("ready");
        while (true) {
            final String[] asked = Wire.next();
            final long timeoutMs = Long.parseLong(asked[2]);
            Future<Object[]> work = WORKERS.submit(new Callable<Object[]>() {
                @Override
                public Object[] call() throws Exception {
                    return answer(asked[0], asked[1], timeoutMs, asked);
                }
            });
            try {
                Wire.say(work.get(timeoutMs, TimeUnit.MILLISECONDS));
            } catch (TimeoutException late) {
                work.cancel(true);
                Wire.say("silent", asked[0]);
            } catch (ExecutionException failed) {
                Throwable cause = failed.getCause();
                String name = cause instanceof KeeperException
                    ? Zk.name((KeeperException) cause)
                    : cause.getClass().getSimpleName();
                Wire.say("error", asked[0], name);
            }
        }
    }

    private static Object[] answer(String id, String request, long timeoutMs, String[] asked) throws Exception {
        switch (request) {
            case "open":
                open(asked[3], timeoutMs);
                return new Object[] {"value", id};
            case "leave":
                leave();
                return new Object[] {"value", id};
            case "read":
                Zk.sync(connected(), asked[3], timeoutMs);
                return read(id, asked[3]);
            case "tree":
                Zk.sync(connected(), asked[3], timeoutMs);
                return tree(connected(), id, asked[3]);
            case "dump":
                return dump(id, asked[3], timeoutMs);
            case "probe":
                return probe(id, asked[3], timeoutMs);
            default:
                throw new IllegalStateException(request);
        }
    }

    private static ZooKeeper connected() throws KeeperException {
        ZooKeeper zk = open;
        if (zk == null) {
            throw new KeeperException.ConnectionLossException();
        }
        return zk;
    }

    private static void leave() {
        ZooKeeper before = open;
        open = null;
        if (before != null) {
            Zk.closeInBackground(before);
        }
    }

    private static void open(String servers, long timeoutMs)
            throws IOException, InterruptedException, KeeperException {
        leave();
        open = Zk.connect(servers, SESSION_TIMEOUT_MS, timeoutMs);
        connected();
    }

    /** Whether the znode exists, and its data. */
    private static Object[] read(String id, String path) throws KeeperException, InterruptedException {
        try {
            return new Object[] {"value", id, "present", Zk.text(connected().getData(path, false, null))};
        } catch (KeeperException.NoNodeException absent) {
            return new Object[] {"value", id, "absent"};
        }
    }

    /** The znode and all below it, parents first, each as a line: path, data, stat. */
    private static Object[] tree(ZooKeeper zk, String id, String root) throws KeeperException, InterruptedException {
        Deque<String> left = new ArrayDeque<>();
        left.add(root);
        int count = 0;
        while (!left.isEmpty()) {
            String path = left.poll();
            if (path.equals(SYSTEM_ZNODES) || path.startsWith(SYSTEM_ZNODES + "/")) {
                continue;
            }
            Stat stat = new Stat();
            List<Object> line = new ArrayList<>(Arrays.<Object>asList("znode", id, path));
            try {
                line.add(Zk.text(zk.getData(path, false, stat)));
                for (String name : Zk.sortedChildren(zk, path)) {
                    left.add(path.equals("/") ? "/" + name : path + "/" + name);
                }
            } catch (KeeperException.NoNodeException goneMeanwhile) {
                continue;
            }
            line.addAll(Zk.fields(stat));
            line.add(stat.getCtime());
            line.add(stat.getMtime());
            Wire.say(line.toArray());
            count++;
        }
        return new Object[] {"value", id, count};
    }

    /** The whole tree as one server has it. */
    private static Object[] dump(String id, String server, long timeoutMs)
            throws IOException, InterruptedException, KeeperException {
        ZooKeeper zk = Zk.connect(server, SESSION_TIMEOUT_MS, timeoutMs);
        if (zk == null) {
            throw new KeeperException.ConnectionLossException();
        }
        try {
            return tree(zk, id, "/");
        } finally {
            Zk.closeInBackground(zk);
        }
    }

    /** A write through a fresh client. */
    private static Object[] probe(String id, String servers, long timeoutMs)
            throws IOException, InterruptedException, KeeperException {
        ZooKeeper zk = Zk.connect(servers, SESSION_TIMEOUT_MS, timeoutMs);
        if (zk == null) {
            throw new KeeperException.ConnectionLossException();
        }
        try {
            String path = SYSTEM_ZNODES + "/service-probe-" + probes++;
            zk.create(path, null, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            return new Object[] {"value", id};
        } finally {
            Zk.closeInBackground(zk);
        }
    }
}
