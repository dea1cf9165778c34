import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import kafka.javaapi.producer.Producer;
import kafka.producer.KeyedMessage;
import kafka.producer.ProducerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.protocol.Errors;

/**
 * One producer in a process of its own, the Java one or the Scala one. It sends the records that it is asked for, in
 * order, and tells what came of each of them as soon as all are known.
 */
public final class ProducerProcess {
    /** What an application has in its hands. */
    private interface Sender {
        /** What came of each record: "ok" with partition and offset as far as they are known, or "error" with its name. */
        List<Object> send(List<ProducerRecord<String, String>> records) throws InterruptedException;

        void close();
    }

    private ProducerProcess() {
    }

    public static void main(String[] arguments) throws Exception {
        Wire.listen();
        Properties settings = Settings.of(arguments[1]);
        Wire.say("ready");
        Wire.next();
        final Sender sender = arguments[0].equals("java") ? new OfJava(settings) : new OfScala(settings);
        // A clean end (SIGTERM) sends what is left.
        Runtime.getRuntime().addShutdownHook(new Thread("closing") {
            @Override
            public void run() {
                sender.close();
            }
        });
        while (true) {
            String[] asked = Wire.next();
            List<Object> answer = new ArrayList<>(Arrays.<Object>asList("value", asked[0]));
            answer.addAll(sender.send(records(asked)));
            Wire.say(answer.toArray());
        }
    }

    /** Topic, partition, key and value of each. */
    private static List<ProducerRecord<String, String>> records(String[] asked) {
        List<ProducerRecord<String, String>> records = new ArrayList<>();
        for (int nth = 1; nth + 3 < asked.length; nth += 4) {
            Integer partition = asked[nth + 1] == null ? null : Integer.valueOf(asked[nth + 1]);
            records.add(new ProducerRecord<>(asked[nth], partition, asked[nth + 2], asked[nth + 3]));
        }
        return records;
    }

    /** A broker's error by its name in the protocol, everything else by its class. */
    private static String name(Throwable error) {
        for (Errors known : Errors.values()) {
            if (known.exception() == error && error != null) {
                return known.name();
            }
        }
        return error.getClass().getSimpleName();
    }

    private static final class OfJava implements Sender {
        private final KafkaProducer<String, String> producer;

        OfJava(Properties settings) {
            producer = new KafkaProducer<>(settings);
        }

        @Override
        public List<Object> send(List<ProducerRecord<String, String>> records) throws InterruptedException {
            List<Object> futures = new ArrayList<>();
            for (ProducerRecord<String, String> record : records) {
                try {
                    futures.add(producer.send(record));
                } catch (RuntimeException refused) {
                    futures.add(refused);
                }
            }
            List<Object> told = new ArrayList<>();
            for (Object future : futures) {
                try {
                    if (future instanceof RuntimeException) {
                        throw new ExecutionException((RuntimeException) future);
                    }
                    RecordMetadata written = (RecordMetadata) ((Future<?>) future).get();
                    told.addAll(Arrays.<Object>asList("ok", written.partition(), written.offset()));
                } catch (ExecutionException failed) {
                    told.addAll(Arrays.<Object>asList("error", name(failed.getCause()), null));
                }
            }
            return told;
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    private static final class OfScala implements Sender {
        private final Producer<String, String> producer;

        OfScala(Properties settings) {
            producer = new Producer<>(new ProducerConfig(settings));
        }

        @Override
        public List<Object> send(List<ProducerRecord<String, String>> records) {
            List<KeyedMessage<String, String>> messages = new ArrayList<>();
            for (ProducerRecord<String, String> record : records) {
                messages.add(new KeyedMessage<>(record.topic(), record.key(), record.value()));
            }
            try {
                producer.send(messages);
                return new ArrayList<>(Arrays.<Object>asList("ok", null, null));
            } catch (RuntimeException failed) {
                return new ArrayList<>(Arrays.<Object>asList("error", name(failed), null));
            }
        }

        @Override
        public void close() {
            producer.close();
        }
    }
}
