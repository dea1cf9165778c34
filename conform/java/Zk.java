import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** What both kinds of client need from ZooKeeper's API; only what 3.4 and 3.9 both have. */
final class Zk {
    /** No call of ours waits longer for the library. */
    private static final long PATIENCE_S = 150;

    private Zk() {
    }

    static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /** czxid, mzxid, pzxid, version, cversion, aversion, numChildren, dataLength, ephemeralOwner. */
    static List<Object> fields(Stat stat) {
        List<Object> fields = new ArrayList<>();
        fields.add(Long.toHexString(stat.getCzxid()));
        fields.add(Long.toHexString(stat.getMzxid()));
        fields.add(Long.toHexString(stat.getPzxid()));
        fields.add(stat.getVersion());
        fields.add(stat.getCversion());
        fields.add(stat.getAversion());
        fields.add(stat.getNumChildren());
        fields.add(stat.getDataLength());
        fields.add(Long.toHexString(stat.getEphemeralOwner()));
        return fields;
    }

    /** The error's name as its class has it: NoNode, BadVersion. */
    static String name(KeeperException error) {
        String name = error.getClass().getSimpleName();
        return name.endsWith("Exception") ? name.substring(0, name.length() - "Exception".length()) : name;
    }

    static String name(int code) {
        KeeperException.Code known = KeeperException.Code.get(code);
        if (known == KeeperException.Code.OK) {
            return "ok";
        }
        return known == null ? "Unknown" + code : name(KeeperException.create(known));
    }

    static String name(OpResult result) {
        return result instanceof OpResult.ErrorResult ? name(((OpResult.ErrorResult) result).getErr()) : "ok";
    }

    static void sync(ZooKeeper zk, String path, long timeoutMs)
            throws KeeperException, InterruptedException, TimeoutException {
        final CountDownLatch answered = new CountDownLatch(1);
        final AtomicInteger code = new AtomicInteger();
        zk.sync(path, new AsyncCallback.VoidCallback() {
            @Override
            public void processResult(int rc, String of, Object context) {
                code.set(rc);
                answered.countDown();
            }
        }, null);
        if (!answered.await(timeoutMs, TimeUnit.MILLISECONDS)) {
            throw new TimeoutException();
        }
        if (code.get() != 0) {
            throw KeeperException.create(KeeperException.Code.get(code.get()));
        }
    }

    static void sync(ZooKeeper zk, String path) throws KeeperException, InterruptedException, TimeoutException {
        sync(zk, path, TimeUnit.SECONDS.toMillis(PATIENCE_S));
    }

    /** Closes it, and waits for its last event where the library (3.5 and later) lets us. */
    static void close(ZooKeeper zk) throws InterruptedException {
        try {
            Method close = ZooKeeper.class.getMethod("close", int.class);
            close.invoke(zk, 5_000);
        } catch (NoSuchMethodException before35) {
            zk.close();
        } catch (IllegalAccessException | InvocationTargetException unclear) {
            zk.close();
        }
    }

    /** A connected client, or null when it took longer. */
    static ZooKeeper connect(String servers, int sessionTimeoutMs, long timeoutMs)
            throws IOException, InterruptedException {
        final CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper zk = new ZooKeeper(servers, sessionTimeoutMs, new Watcher() {
            @Override
            public void process(WatchedEvent event) {
                if (event.getState() == Event.KeeperState.SyncConnected) {
                    connected.countDown();
                }
            }
        });
        boolean isConnected = false;
        try {
            isConnected = connected.await(timeoutMs, TimeUnit.MILLISECONDS);
        } finally {
            if (!isConnected) {
                closeInBackground(zk);
            }
        }
        return isConnected ? zk : null;
    }

    static void closeInBackground(final ZooKeeper zk) {
        Thread closing = new Thread("closing") {
            @Override
            public void run() {
                try {
                    zk.close();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        closing.setDaemon(true);
        closing.start();
    }

    static List<String> sortedChildren(ZooKeeper zk, String path) throws KeeperException, InterruptedException {
        List<String> names = new ArrayList<>(zk.getChildren(path, false));
        Collections.sort(names);
        return names;
    }
}
