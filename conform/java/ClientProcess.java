import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * One ZooKeeper client in a process of its own, with one default watcher. It tells what the watcher gets, and does
 * the operations that it is asked for, one after the other.
 */
public final class ClientProcess {
    private static final CountDownLatch MADE = new CountDownLatch(1);
    private static volatile ZooKeeper zk;

    private ClientProcess() {
    }

    public static void main(String[] arguments) throws Exception {
        Wire.listen();
        Class.forName("org.apache.zookeeper.ClientCnxnSocketNIO");
        Wire.say("ready");
        Wire.next();
        zk = new ZooKeeper(arguments[0], Integer.parseInt(arguments[1]), new Watcher() {
            @Override
            public void process(WatchedEvent event) {
                tell(event);
            }
        });
        MADE.countDown();
        // A clean end (SIGTERM) closes the session.
        Runtime.getRuntime().addShutdownHook(new Thread("closing") {
            @Override
            public void run() {
                try {
                    Zk.close(zk);
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        while (true) {
            String[] asked = Wire.next();
            answer(asked[0], asked[1], asked);
        }
    }

    private static void tell(WatchedEvent event) {
        try {
            MADE.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return;
        }
        if (event.getType() != Watcher.Event.EventType.None) {
            Wire.say("event", event.getType(), event.getPath());
            return;
        }
        if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
            Wire.say("session", Long.toHexString(zk.getSessionId()), zk.getSessionTimeout());
        }
        Wire.say("state", event.getState());
    }

    private static void answer(String id, String operation, String[] asked) throws InterruptedException {
        try {
            List<Object> answer = new ArrayList<>(Arrays.<Object>asList("value", id));
            carryOut(operation, asked, answer);
            Wire.say(answer.toArray());
        } catch (KeeperException error) {
            List<Object> answer = new ArrayList<>(Arrays.<Object>asList("error", id, Zk.name(error)));
            List<OpResult> each = error.getResults();
            if (each != null) {
                for (OpResult result : each) {
                    answer.add(Zk.name(result));
                }
            }
            Wire.say(answer.toArray());
        } catch (IllegalArgumentException refusedByTheLibrary) {
            Wire.say("error", id, "IllegalArgument");
        } catch (TimeoutException silent) {
            Wire.say("silent", id);
        } catch (RuntimeException surprise) {
            Wire.say("error", id, surprise.getClass().getSimpleName());
        }
    }

    private static void carryOut(String operation, String[] asked, List<Object> answer)
            throws KeeperException, InterruptedException, TimeoutException {
        switch (operation) {
            case "create":
                answer.add(zk.create(asked[2], Zk.bytes(asked[3]), ZooDefs.Ids.OPEN_ACL_UNSAFE, mode(asked[4])));
                break;
            case "delete":
                zk.delete(asked[2], Integer.parseInt(asked[3]));
                break;
            case "exists": {
                Stat stat = zk.exists(asked[2], asked[3].equals("true"));
                if (stat != null) {
                    answer.addAll(Zk.fields(stat));
                }
                break;
            }
            case "get_data": {
                Stat stat = new Stat();
                answer.add(Zk.text(zk.getData(asked[2], asked[3].equals("true"), stat)));
                answer.addAll(Zk.fields(stat));
                break;
            }
            case "set_data":
                answer.addAll(Zk.fields(zk.setData(asked[2], Zk.bytes(asked[3]), Integer.parseInt(asked[4]))));
                break;
            case "get_children":
                answer.addAll(zk.getChildren(asked[2], asked[3].equals("true")));
                break;
            case "sync":
                Zk.sync(zk, asked[2]);
                break;
            case "multi":
                multi(asked, answer);
                break;
            case "close":
                Zk.close(zk);
                break;
            default:
                throw new IllegalStateException(operation);
        }
    }

    /** Each operation has four fields. Of the answers, each begins with its kind. */
    private static void multi(String[] asked, List<Object> answer) throws KeeperException, InterruptedException {
        List<Op> operations = new ArrayList<>();
        for (int at = 2; at + 3 < asked.length; at += 4) {
            operations.add(operation(asked[at], asked[at + 1], asked[at + 2], asked[at + 3]));
        }
        for (OpResult result : zk.multi(operations)) {
            if (result instanceof OpResult.CreateResult) {
                answer.add("created");
                answer.add(((OpResult.CreateResult) result).getPath());
            } else if (result instanceof OpResult.SetDataResult) {
                answer.add("set");
                answer.addAll(Zk.fields(((OpResult.SetDataResult) result).getStat()));
            } else {
                answer.add(Zk.name(result));
            }
        }
    }

    private static Op operation(String kind, String path, String data, String rest) {
        switch (kind) {
            case "create":
                return Op.create(path, Zk.bytes(data), ZooDefs.Ids.OPEN_ACL_UNSAFE, mode(rest));
            case "delete":
                return Op.delete(path, Integer.parseInt(rest));
            case "set_data":
                return Op.setData(path, Zk.bytes(data), Integer.parseInt(rest));
            case "check":
                return Op.check(path, Integer.parseInt(rest));
            default:
                throw new IllegalStateException(kind);
        }
    }

    private static CreateMode mode(String name) {
        return CreateMode.valueOf(name);
    }
}
