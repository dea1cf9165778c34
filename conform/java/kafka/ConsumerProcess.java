import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.consumer.ConsumerConfig;
import kafka.consumer.KafkaStream;
import kafka.consumer.ZookeeperConsumerConnector;
import kafka.message.MessageAndMetadata;
import kafka.serializer.Decoder;
import kafka.serializer.StringDecoder;
import kafka.utils.VerifiableProperties;
import scala.collection.Iterator;
import scala.collection.JavaConversions;
import scala.collection.immutable.List;

/**
 * One consumer of the kind that ZooKeeper coordinates, in a process of its own. Its application takes each record as
 * soon as it can have it, and tells.
 */
public final class ConsumerProcess {
    private ConsumerProcess() {
    }

    /** The file of settings, the number of streams, and the topics. */
    public static void main(String[] arguments) throws Exception {
        Wire.listen();
        Properties settings = Settings.of(arguments[0]);
        Map<String, Object> streams = new HashMap<>();
        for (String topic : Arrays.copyOfRange(arguments, 2, arguments.length)) {
            streams.put(topic, Integer.valueOf(arguments[1]));
        }
        Class.forName("kafka.consumer.ConsumerFetcherManager");
        Wire.say("ready");
        Wire.next();
        final ZookeeperConsumerConnector connector =
            new ZookeeperConsumerConnector(new ConsumerConfig(settings), true);
        Wire.say("id", connector.consumerIdString());
        // A clean end (SIGTERM) commits and leaves the group.
        Runtime.getRuntime().addShutdownHook(new Thread("closing") {
            @Override
            public void run() {
                connector.shutdown();
            }
        });
        try {
            Decoder<String> text = new StringDecoder(new VerifiableProperties());
            read(connector.createMessageStreams(JavaConversions.mapAsScalaMap(streams), text, text));
        } catch (RuntimeException gaveUp) {
            // The application has no streams; what the library began goes on in its own threads.
            gaveUp.printStackTrace();
        }
        Wire.say("started");
        while (true) {
            String[] asked = Wire.next();
            connector.commitOffsets();
            Wire.say("value", asked[0]);
        }
    }

    private static void read(scala.collection.Map<String, List<KafkaStream<String, String>>> streams) {
        for (Iterator<List<KafkaStream<String, String>>> topics = streams.valuesIterator(); topics.hasNext();) {
            for (Iterator<KafkaStream<String, String>> each = topics.next().iterator(); each.hasNext();) {
                final Iterator<MessageAndMetadata<String, String>> records = each.next().iterator();
                Thread application = new Thread("application") {
                    @Override
                    public void run() {
                        while (records.hasNext()) {
                            MessageAndMetadata<String, String> record = records.next();
                            Wire.say("received", record.topic(), record.partition(), record.offset());
                        }
                    }
                };
                application.setDaemon(true);
                application.start();
            }
        }
    }
}
