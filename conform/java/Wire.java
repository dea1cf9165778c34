import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * How these processes talk with the harness: a line is fields between tabs; a field that is "\0" is null, and
 * "\t", "\n", "\r" and "\\" stand for themselves. Who cannot read from the harness any more ends at once, so that
 * nothing outlives it.
 */
final class Wire {
    private static final PrintStream OUT = output();
    private static final BlockingQueue<String[]> LINES = new LinkedBlockingQueue<>();

    private Wire() {
    }

    private static PrintStream output() {
        try {
            return new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Reads from now on in a thread of its own. */
    static void listen() {
        final BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Thread reader = new Thread("from the harness") {
            @Override
            public void run() {
                try {
                    for (String line = in.readLine(); line != null; line = in.readLine()) {
                        LINES.add(fields(line));
                    }
                } catch (IOException gone) {
                    // The same as the end.
                }
                Runtime.getRuntime().halt(0);
            }
        };
        reader.setDaemon(true);
        reader.start();
    }

    static String[] next() throws InterruptedException {
        return LINES.take();
    }

    static void say(Object... fields) {
        StringBuilder line = new StringBuilder();
        for (int nth = 0; nth < fields.length; nth++) {
            if (nth > 0) {
                line.append('\t');
            }
            escape(fields[nth], line);
        }
        line.append('\n');
        synchronized (OUT) {
            OUT.print(line);
            OUT.flush();
        }
    }

    private static void escape(Object field, StringBuilder to) {
        if (field == null) {
            to.append("\\0");
            return;
        }
        String text = field.toString();
        for (int nth = 0; nth < text.length(); nth++) {
            char c = text.charAt(nth);
            switch (c) {
                case '\\':
                    to.append("\\\\");
                    break;
                case '\t':
                    to.append("\\t");
                    break;
                case '\n':
                    to.append("\\n");
                    break;
                case '\r':
                    to.append("\\r");
                    break;
                default:
                    to.append(c);
            }
        }
    }

    private static String[] fields(String line) {
        String[] raw = line.split("\t", -1);
        List<String> fields = new ArrayList<>();
        for (String field : raw) {
            fields.add(unescape(field));
        }
        return fields.toArray(new String[0]);
    }

    private static String unescape(String field) {
        if (field.equals("\\0")) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int nth = 0; nth < field.length(); nth++) {
            char c = field.charAt(nth);
            if (c != '\\' || nth + 1 == field.length()) {
                text.append(c);
                continue;
            }
            nth++;
            switch (field.charAt(nth)) {
                case 't':
                    text.append('\t');
                    break;
                case 'n':
                    text.append('\n');
                    break;
                case 'r':
                    text.append('\r');
                    break;
                default:
                    text.append(field.charAt(nth));
            }
        }
        return text.toString();
    }
}
