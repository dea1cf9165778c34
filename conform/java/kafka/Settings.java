import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** A client's settings, from the file that the harness wrote. */
final class Settings {
    private Settings() {
    }

    static Properties of(String file) throws IOException {
        Properties settings = new Properties();
        try (InputStream in = new FileInputStream(file)) {
            settings.load(in);
        }
        return settings;
    }
}
