import java.util.Arrays;
import kafka.admin.TopicCommand;
import kafka.utils.ZKStringSerializer$;
import org.I0Itec.zkclient.ZkClient;

/** The admin's tool, as its own main class works, but that it tells an error by its name and stays for the next one. */
public final class AdminProcess {
    /** As `TopicCommand.main` has it. */
    private static final int TIMEOUT_MS = 30_000;

    private AdminProcess() {
    }

    /** The servers of ZooKeeper. */
    public static void main(String[] arguments) throws Exception {
        Wire.listen();
        // The tool prints for people.
        System.setOut(System.err);
        Wire.say("ready");
        while (true) {
            String[] asked = Wire.next();
            String id = asked[0];
            try {
                topics(arguments[0], Arrays.copyOfRange(asked, 1, asked.length));
                Wire.say("value", id);
            } catch (RuntimeException failed) {
                Wire.say("error", id, failed.getClass().getSimpleName());
            }
        }
    }

    /** The arguments of `kafka-topics.sh`. */
    private static void topics(String servers, String[] arguments) {
        TopicCommand.TopicCommandOptions options = new TopicCommand.TopicCommandOptions(arguments);
        options.checkArgs();
        ZkClient client = new ZkClient(servers, TIMEOUT_MS, TIMEOUT_MS, ZKStringSerializer$.MODULE$);
        try {
            if (options.options().has(options.alterOpt())) {
                TopicCommand.alterTopic(client, options);
            } else {
                TopicCommand.createTopic(client, options);
            }
        } finally {
            client.close();
        }
    }
}
