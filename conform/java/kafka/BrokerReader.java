import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import kafka.api.FetchRequestBuilder;
import kafka.javaapi.PartitionMetadata;
import kafka.javaapi.TopicMetadata;
import kafka.javaapi.TopicMetadataRequest;
import kafka.javaapi.consumer.SimpleConsumer;
import kafka.log.FileMessageSet;
import kafka.message.MessageAndOffset;
import scala.collection.Iterator;

/** Reads of brokers what an operator can: a partition's files, its high watermark, and who leads according to a broker. */
public final class BrokerReader {
    private static final int TIMEOUT_MS = 3_000;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String NAME = "reader";

    private BrokerReader() {
    }

    public static void main(String[] arguments) throws Exception {
        Wire.listen();
        Wire.say("ready");
        while (true) {
            String[] asked = Wire.next();
            SimpleConsumer broker =
                new SimpleConsumer(asked[2], Integer.parseInt(asked[3]), TIMEOUT_MS, BUFFER_BYTES, NAME);
            try {
                Wire.say(answer(broker, asked));
            } catch (Exception failed) {
                failed.printStackTrace();
                Wire.say("error", asked[0], failed.getClass().getSimpleName());
            } finally {
                broker.close();
            }
        }
    }

    private static Object[] answer(SimpleConsumer broker, String[] asked) throws IOException {
        String id = asked[0];
        if (asked[1].equals("leaders")) {
            return new Object[] {"value", id, leaders(broker, asked[4])};
        }
        long end = records(id, new File(asked[6]));
        return new Object[] {"value", id, end, highWatermark(broker, asked[4], Integer.parseInt(asked[5]), end)};
    }

    /** How many partitions of the topic have a leader, as this broker tells clients. */
    private static int leaders(SimpleConsumer broker, String topic) {
        int count = 0;
        for (TopicMetadata seen : broker.send(new TopicMetadataRequest(Collections.singletonList(topic))).topicsMetadata()) {
            for (PartitionMetadata partition : seen.partitionsMetadata()) {
                count += partition.leader() == null ? 0 : 1;
            }
        }
        return count;
    }

    /** Says each record of a partition's folder, and gives the offset of the next one. */
    private static long records(String id, File folder) throws IOException {
        File[] segments = folder.listFiles((in, name) -> name.endsWith(".log"));
        if (segments == null) {
            throw new IOException("there is no folder " + folder);
        }
        Arrays.sort(segments);
        long end = 0;
        for (File segment : segments) {
            String base = segment.getName().substring(0, segment.getName().length() - ".log".length());
            end = Math.max(end, Long.parseLong(base));
            FileMessageSet records = new FileMessageSet(segment, false);
            for (Iterator<MessageAndOffset> each = records.iterator(); each.hasNext();) {
                MessageAndOffset record = each.next();
                Wire.say("record", id, record.offset(), text(record.message().key()), text(record.message().payload()));
                end = record.nextOffset();
            }
            records.close();
        }
        return end;
    }

    private static String text(ByteBuffer bytes) {
        return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes).toString();
    }

    /** As the leader tells whoever fetches. */
    private static long highWatermark(SimpleConsumer broker, String topic, int partition, long end) throws IOException {
        FetchRequestBuilder request = new FetchRequestBuilder().clientId(NAME);
        request.addFetch(topic, partition, end, BUFFER_BYTES);
        kafka.javaapi.FetchResponse answer = broker.fetch(request.build());
        if (answer.hasError()) {
            throw new IOException("the broker's error is " + answer.errorCode(topic, partition));
        }
        return answer.highWatermark(topic, partition);
    }
}
